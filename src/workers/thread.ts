/** A thread that serves traffic: a gateway of its own behind the port that all threads share. */
import { parentPort, workerData } from "node:worker_threads";
import { createListener, type Listener } from "../gateway/http1/listener.ts";
import { createGatewayPlane } from "../gateway/plane.ts";
import { closeLogs, droppedOf, logsByMainThread } from "../gateway/telemetry/sinks/logs.ts";
import { openShared } from "../gateway/redis/shared.ts";
import { log } from "../log.ts";
import { silentLog } from "../operator-log.ts";
import type { WorkerOrder, WorkerReport, WorkerStart } from "./messages.ts";

if (parentPort === null) throw new Error("this file is the body of a worker thread");
const main = parentPort;
const { settings, port, cacheSecret, ...memory } = workerData as WorkerStart;
const tell = (report: WorkerReport): void => main.postMessage(report);

const postings = new Map<number, () => void>();
let lastPosting = 0;
const logs = logsByMainThread({ settings, env: process.env, log }, (posted) => {
  const posting = ++lastPosting;
  tell({ report: "logs", posting, logs: posted });
  return new Promise((resolve) => void postings.set(posting, resolve));
});

function taken(posting: number): void {
  postings.get(posting)?.();
  postings.delete(posting);
}

// One of the links of a process tells the operator, and that is enough: the main thread's.
const link = await openShared(settings, silentLog);
const plane = createGatewayPlane({
  ...memory,
  settings,
  shared: true,
  cacheSecret: Buffer.from(cacheSecret),
  link,
  log,
  logs,
  env: process.env,
});
let listener: Listener | undefined;
let listening: Promise<void> | undefined;

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

function reportMetrics(): void {
  const { connections = 0, inFlight = 0 } = listener ?? {};
  tell({ report: "metrics", metrics: { ...plane.drainMetrics(), connections, inFlight, dropped: droppedOf(logs) } });
}

async function stop(): Promise<void> {
  // A listener that comes about only now would keep the thread alive.
  await listening;
  await listener?.close(settings.drainTimeout);
  reportMetrics();
  await plane.close();
  link?.close();
  await closeLogs(logs);
  main.close();
}

main.on("message", (order: WorkerOrder) => {
  if (order.order === "apply") {
    plane.table.apply(order.message);
    tell({ report: "applied", sequence: order.sequence });
  } else if (order.order === "listen") listening = listen();
  else if (order.order === "report") reportMetrics();
  else if (order.order === "logged") taken(order.posting);
  else void stop();
});
