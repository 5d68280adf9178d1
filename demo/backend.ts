/** The demo's backend: says which deployment and which stage variables brought a request to it. */
import { once } from "node:events";
import { createServer } from "node:http";

export interface Backend {
  /** Base URL, e.g. `http://127.0.0.1:40123`. */
  readonly url: string;
  /** Requests that came through to it so far. */
  requests(): number;
  stop(): Promise<void>;
}

/** What it answers to `/{deployment}/{release}/{edition}`. */
export interface BackendAnswer {
  readonly deployment: string;
  readonly release: string;
  readonly edition: string;
}

/** Starts it on a free port of 127.0.0.1. */
export async function startBackend(): Promise<Backend> {
  let count = 0;
  const server = createServer((request, reply) => {
    count++;
    const [, deployment = "", release = "", edition = ""] = (request.url ?? "").split("/");
    const answer: BackendAnswer = { deployment, release, edition };
    reply.setHeader("content-type", "application/json").end(JSON.stringify(answer));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => count,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      if (server.listening) await once(server, "close");
    },
  };
}
