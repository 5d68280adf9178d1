/** The official clients as callers of the tour. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import * as sdk from "@aws-sdk/client-api-gateway";
import { awsEnvironment, type RunningServer } from "../../support/server.ts";
import { sdkClient } from "../../support/sdk.ts";
import { run } from "../../support/tools.ts";
import { type Caller, Payload } from "./play.ts";

type Server = Pick<RunningServer, "control">;

interface OpenCaller {
  readonly call: Caller;
  readonly close: () => unknown;
}

type CommandClass = new (input: object) => sdk.GetAccountCommand;

/** The JavaScript SDK; its commands differ in types alone. */
export function sdkCaller(server: Server): OpenCaller {
  const client = sdkClient(server);
  const commands = sdk as unknown as Readonly<Record<string, CommandClass>>;
  return {
    call: (call, input) => {
      const command = commands[`${call}Command`];
      if (command === undefined) throw new Error("the SDK has no such call");
      const members = Object.entries(input).map(([name, value]) => [
        name,
        value instanceof Payload ? Buffer.from(value.text) : value,
      ]);
      return client.send(new command(Object.fromEntries(members)));
    },
    close: () => client.destroy(),
  };
}

const boto3Program = fileURLToPath(new URL("boto3_calls.py", import.meta.url));

/** boto3, in a process that makes one call after the other. */
export function boto3Caller(server: Server): OpenCaller {
  const child = spawn("python3", [boto3Program], {
    env: { ...process.env, ...awsEnvironment(server) },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    call: async (call, input) => {
      child.stdin.write(`${JSON.stringify({ call, input }, payloadAsBytes)}\n`);
      const { value } = await lines.next();
      if (value === undefined) throw new Error("the Python process ended");
      const { answer, error } = JSON.parse(value) as { answer?: unknown; error?: string };
      if (error !== undefined) throw new Error(error);
      return answer;
    },
    close: async () => {
      child.stdin.end();
      await exited;
    },
  };
}

const payloadAsBytes = (_name: string, value: unknown): unknown =>
  value instanceof Payload ? { bytes: value.text } : value;

/** Calls whose answer the AWS CLI writes to a file. */
const toFile = new Set(["GetExport", "GetSdk"]);

/** `CreateRestApi` and `restApiId` as the AWS CLI spells them. */
const kebab = (name: string): string => name.replaceAll(/(?<!^)[A-Z]/g, "-$&").toLowerCase();

/** The AWS CLI, a process a call. */
export async function awsCliCaller(server: Server): Promise<OpenCaller> {
  const folder = await mkdtemp(join(tmpdir(), "stagewright-tour-"));
  const payloadFile = join(folder, "payload");
  const env = awsEnvironment(server);
  const argumentsOf = async ([name, value]: [string, unknown]): Promise<string[]> => {
    const flag = `--${kebab(name)}`;
    if (value === true) return [flag];
    if (typeof value === "string") return [flag, value];
    if (!(value instanceof Payload)) return [flag, JSON.stringify(value)];
    await writeFile(payloadFile, value.text);
    return [flag, `fileb://${payloadFile}`];
  };
  return {
    call: async (call, input) => {
      const flags = (await Promise.all(Object.entries(input).map(argumentsOf))).flat();
      const file = toFile.has(call) ? [join(folder, "answer")] : [];
      const args = ["apigateway", kebab(call), ...flags, "--output", "json", ...file];
      const { code, stdout, stderr } = await run("aws", args, { env });
      if (code !== 0) throw new Error(stderr.trim());
      return stdout.trim() === "" ? {} : (JSON.parse(stdout) as unknown);
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
