/** Processes that a bench starts: peers, backends and load. Each is ended by the one who started it. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../../test/support/free-port.ts";

export interface Started {
  readonly pid: number;
  readonly port: number;
  stop(): Promise<void>;
}

const startDeadline = 30_000;
const stopDeadline = 10_000;

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const killer = setTimeout(() => child.kill("SIGKILL"), stopDeadline);
  await exited;
  clearTimeout(killer);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/** Starts a program that will listen on this port, and waits until it does. */
export async function startListening(command: string, args: readonly string[], port: number): Promise<Started> {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2_000)));
  let failed: Error | undefined;
  child.once("error", (error) => (failed = error));
  const deadline = Date.now() + startDeadline;
  while (!(await accepts(port))) {
    if (failed !== undefined || child.exitCode !== null || Date.now() > deadline) {
      await end(child);
      throw new Error(`${command} did not start: ${failed?.message ?? said}`);
    }
    await delay(25);
  }
  return { pid: child.pid ?? 0, port, stop: () => end(child) };
}

/** Starts one of the bench's own programs (bench/peers) on a free port; further arguments follow the port. */
export async function startPeer(name: string, ...args: readonly string[]): Promise<Started> {
  const port = await freePort();
  const file = fileURLToPath(new URL(`../peers/${name}.ts`, import.meta.url));
  return startListening(process.execPath, [file, String(port), ...args], port);
}

/** Remembers a process, to be stopped when the work ends; returns it. */
export type Keep = <T extends { stop(): Promise<unknown> }>(process: T) => T;

/** Runs the work, then stops all that it kept, the latest first, however it ended. */
export async function withProcesses<R>(work: (keep: Keep) => Promise<R>): Promise<R> {
  const kept: { stop(): Promise<unknown> }[] = [];
  try {
    return await work((process) => {
      kept.push(process);
      return process;
    });
  } finally {
    for (const process of kept.toReversed()) await process.stop();
  }
}
