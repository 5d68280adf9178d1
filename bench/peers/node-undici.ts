/** A proxy with undici's raw dispatch behind node:http. `node node-undici.ts PORT BACKEND_PORT` */
import { createServer } from "node:http";
import { Pool } from "undici";

const [port, backendPort] = process.argv.slice(2);
const pool = new Pool(`http://127.0.0.1:${backendPort}`, { connections: 256 });

createServer((incoming, reply) => {
  const headers = { ...incoming.headers, "x-forwarded-for": incoming.socket.remoteAddress };
  delete headers.connection;
  pool.dispatch(
    {
      method: incoming.method ?? "GET",
      path: incoming.url ?? "/",
      headers,
      body: incoming.method === "GET" ? null : incoming,
    },
    {
      onRequestStart: () => {},
      onResponseStart: (_controller, status, answered) => {
        reply.writeHead(status, answered);
      },
      onResponseData: (_controller, chunk) => {
        reply.write(chunk);
      },
      onResponseEnd: () => {
        reply.end();
      },
      onResponseError: () => {
        if (!reply.headersSent) reply.writeHead(502);
        reply.end();
      },
    },
  );
}).listen(Number(port), "127.0.0.1");
process.once("SIGTERM", () => process.exit(0));
