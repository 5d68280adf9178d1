/** Load with wrk where the machine has it, with our own generator where not. */
import { run } from "../../test/support/tools.ts";
import { failures, load, type LoadResult, startLoad } from "./load.ts";

export const connections = 64;

/** wrk has no flag that shows its version and succeeds; an exit of its own means that it is there. */
export async function wrkPresent(): Promise<boolean> {
  return (await run("wrk", ["--version"])).code !== null;
}

export interface Drive {
  readonly port: number;
  readonly path: string;
  readonly host: string;
  readonly seconds: number;
}

export interface Driven {
  readonly requests: number;
  readonly failed: number;
  readonly perSecond: number;
}

/** 64 connections, keep-alive, as fast as answers come, for some seconds. */
export async function driveWithWrk({ port, path, host, seconds }: Drive): Promise<Driven> {
  const url = `http://127.0.0.1:${port}${path}`;
  const args = ["-t", "1", "-c", String(connections), "-d", `${seconds}s`, "-H", `Host: ${host}`, url];
  const { code, stdout, stderr } = await run("wrk", args, { deadline: (seconds + 30) * 1_000 });
  if (code !== 0) throw new Error(`wrk failed: ${stderr}`);
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1] ?? Number.NaN);
  const broken = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(stdout) ?? [];
  const refused = Number(/Non-2xx or 3xx responses: (\d+)/.exec(stdout)?.[1] ?? 0);
  return {
    requests,
    failed: refused + broken.slice(1).reduce((sum, text) => sum + Number(text), 0),
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1] ?? Number.NaN),
  };
}

const requestOf = ({ path, host }: Drive): Buffer => Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);

const drivenOf = (result: LoadResult): Driven => ({
  requests: result.requests,
  failed: failures(result),
  perSecond: result.requests / result.seconds,
});

/** The same with our own generator; bounded by a count, because its own speed is part of the time. */
export async function driveWithOwn(drive: Drive): Promise<Driven> {
  const result = await load({
    port: drive.port,
    connections,
    requests: [requestOf(drive)],
    count: drive.seconds * 8_000,
  });
  return drivenOf(result);
}

export interface RunningDrive {
  /** Ends it, or waits for its end, and says what came of it. */
  readonly stop: () => Promise<Driven>;
}

/** The same load beside other work: for these seconds with wrk, until it is stopped with our own generator. */
export async function startDrive(drive: Drive): Promise<RunningDrive> {
  if (await wrkPresent()) {
    const driven = driveWithWrk(drive);
    // Whoever stops it hears of it.
    driven.catch(() => undefined);
    return { stop: () => driven };
  }
  const running = await startLoad({ port: drive.port, connections, requests: [requestOf(drive)] });
  return { stop: async () => drivenOf(await running.stop()) };
}
