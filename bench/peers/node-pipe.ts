/** A proxy as most are written in Node: node:http on both sides, bodies piped. `node node-pipe.ts PORT BACKEND_PORT` */
import { Agent, createServer, request } from "node:http";

const [port, backendPort] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: 256 });

createServer((incoming, reply) => {
  const onward = request(
    {
      host: "127.0.0.1",
      port: Number(backendPort),
      agent,
      method: incoming.method ?? "GET",
      path: incoming.url ?? "/",
      headers: { ...incoming.headers, "x-forwarded-for": incoming.socket.remoteAddress },
    },
    (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(reply);
    },
  );
  onward.on("error", () => reply.writeHead(502).end());
  incoming.pipe(onward);
}).listen(Number(port), "127.0.0.1");
process.once("SIGTERM", () => process.exit(0));
