/** A thread that serves traffic: a gateway of its own behind the port that all threads share. */
import { parentPort, workerData } from "node:worker_threads";
import { createListener, type Listener } from "../gateway/http1/listener.ts";
import { createGatewayPlane } from "../gateway/plane.ts";
import { log } from "../log.ts";
import type { WorkerOrder, WorkerReport, WorkerStart } from "./messages.ts";

if (parentPort === null) throw new Error("this file is the body of a worker thread");
const main = parentPort;
const { settings, slab, port } = workerData as WorkerStart;
const plane = createGatewayPlane({ settings, slab, shared: true, log });
let listener: Listener | undefined;

const tell = (report: WorkerReport): void => main.postMessage(report);

async function listen(): Promise<void> {
  try {
    listener = await createListener({
      host: settings.host,
      port,
      serve: plane.serve,
      reusePort: true,
      log: (error) => log.error({ err: error }, "a connection was mishandled"),
    });
    tell({ report: "listening", port: listener.port });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    tell({ report: "failed", code, message });
  }
}

async function stop(): Promise<void> {
  await listener?.close(settings.drainTimeout);
  await plane.close();
  main.close();
}

main.on("message", (order: WorkerOrder) => {
  if (order.order === "apply") {
    plane.table.apply(order.message);
    tell({ report: "applied", sequence: order.sequence });
  } else if (order.order === "listen") void listen();
  else void stop();
});
