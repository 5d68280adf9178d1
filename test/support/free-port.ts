/** A port for a program that has to be told one. */
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";

/**
 * Of those that no system gives to a client by itself. A client that was given the port would keep it from the program,
 * also when that is started again; and one that tries again and again to reach a program that is away might at last be
 * connected to itself.
 */
const ports = { lowest: 10_000, highest: 30_000 };

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}

/** A port of 127.0.0.1 that is free now. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(ports.lowest, ports.highest);
    if (await isFree(port)) return port;
  }
}
