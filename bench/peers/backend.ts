/**
 * The backend behind everything that is measured: raw sockets, so that it costs little and the same for all.
 *
 *     node backend.ts PORT [echo]
 *
 * Answers every request with one constant of 58 bytes, or with `echo` with the path it was asked for. Takes requests
 * without a body only.
 */
import { createServer } from "node:net";

const headEnd = "\r\n\r\n";
const [port, mode] = process.argv.slice(2);

function answer(body: string): string {
  return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

const constant = answer(JSON.stringify({ id: 4711, name: "a constant pet", price: 24.9, ok: true }));
const answerTo = (head: string): string =>
  mode === "echo" ? answer(JSON.stringify({ path: head.split(" ", 2)[1] })) : constant;

const server = createServer({ noDelay: true }, (socket) => {
  let pending = "";
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    const heads = (pending + chunk.toString("latin1")).split(headEnd);
    pending = heads.pop() ?? "";
    if (heads.length > 0) socket.write(heads.map(answerTo).join(""), "latin1");
  });
});
server.listen(Number(port), "127.0.0.1");
process.once("SIGTERM", () => process.exit(0));
