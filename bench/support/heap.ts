/** The heap of another Node process after a full collection, asked for over its inspector. */

/** The environment that opens the inspector of a process on a free port. */
export const inspectable = { NODE_OPTIONS: "--inspect=127.0.0.1:0" } as const;

const answerDeadline = 60_000;

/** One call of the inspector's protocol. */
function call(socket: WebSocket, id: number, method: string): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${method} was not answered`)), answerDeadline);
    const listen = (event: MessageEvent): void => {
      const message = JSON.parse(String(event.data)) as { id?: number; result?: Record<string, unknown> };
      if (message.id !== id) return;
      clearTimeout(timer);
      socket.removeEventListener("message", listen);
      resolve(message.result ?? {});
    };
    socket.addEventListener("message", listen);
    socket.send(JSON.stringify({ id, method }));
  });
}

/** Bytes in use after a collection. `output` is what the process has written: it names its inspector's address there. */
export async function heapBytes(output: string): Promise<number> {
  const url = /Debugger listening on (ws:\S+)/.exec(output)?.[1];
  if (url === undefined) throw new Error("the process has no inspector");
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve);
    socket.addEventListener("error", () => reject(new Error("the inspector did not answer")));
  });
  try {
    await call(socket, 1, "HeapProfiler.enable");
    await call(socket, 2, "HeapProfiler.collectGarbage");
    const usage = await call(socket, 3, "Runtime.getHeapUsage");
    await call(socket, 4, "HeapProfiler.disable");
    return Number(usage["usedSize"]);
  } finally {
    socket.close();
  }
}
