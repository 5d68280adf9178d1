/** Load with wrk where the machine has it, with our own generator where not. */
import { run } from "../../test/support/tools.ts";
import { load } from "./load.ts";

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
  const { code, stdout, stderr } = await run("wrk", args);
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

/** The same with our own generator; bounded by a count, because its own speed is part of the time. */
export async function driveWithOwn({ port, path, host, seconds }: Drive): Promise<Driven> {
  const request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  const result = await load({ port, connections, requests: [request], count: seconds * 8_000 });
  const failed = result.requests - (result.statuses["200"] ?? 0);
  return { requests: result.requests, failed, perSecond: result.requests / result.seconds };
}
