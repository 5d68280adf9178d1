/**
 * `npm run demo`: a fresh instance changes a stage under traffic, and shows what clients notice of it. About 20 seconds.
 *
 * It starts the real server in a temporary folder on free ports, and leaves nothing behind.
 */
import { once } from "node:events";
import { parseArgs } from "node:util";
import { startServer } from "../test/support/server.ts";
import { startBackend } from "./backend.ts";
import { setTheScene, type Scene, tell } from "./story.ts";
import { closing, liveView, plainView, silentView, type View } from "./view.ts";

/** Seconds that each phase lasts. */
const defaultSeconds = "3";

const usage = `npm run demo -- [--json] [--keep] [--seconds N] [--help]

Starts a fresh Stagewright in a temporary folder, puts steady traffic through a
stage and changes that stage meanwhile: live variables, a 20 % canary,
throttling and caching, promotion. Takes about 20 seconds.

  --json       prints one JSON document at the end and nothing else
  --keep       goes on serving after the last phase, until Ctrl-C
  --seconds N  how long each phase lasts, 0.2 to 60 (${defaultSeconds})
  --help       this text
`;

interface Options {
  readonly json: boolean;
  readonly keep: boolean;
  readonly seconds: number;
  readonly help: boolean;
}

/** Throws an `Error` for the user when a flag is none of ours. */
function readOptions(args: readonly string[]): Options {
  const options = {
    json: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
    seconds: { type: "string", default: defaultSeconds },
    help: { type: "boolean", short: "h", default: false },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  const seconds = Number(values.seconds);
  if (!(seconds >= 0.2 && seconds <= 60)) throw new Error(`--seconds must be from 0.2 to 60, not ${values.seconds}`);
  return { ...values, seconds };
}

function viewFor({ json }: Options): View {
  if (json) return silentView();
  const { isTTY } = process.stdout;
  const colour = isTTY && (process.env["NO_COLOR"] ?? "") === "";
  return isTTY ? liveView(process.stdout, colour) : plainView(process.stdout);
}

async function show(options: Options, interrupted: AbortSignal): Promise<void> {
  const view = viewFor(options);
  const stops: (() => Promise<unknown>)[] = [];
  try {
    const backend = await startBackend();
    stops.push(() => backend.stop());
    const server = await startServer();
    stops.push(() => server.stop());
    const scene: Scene = await setTheScene(server, backend);
    stops.push(() => scene.traffic.stop());
    view.begin(server);
    const phases = await tell(scene, view, interrupted, options.seconds * 1_000);
    const { traffic: _traffic, client: _client, ...links } = scene;
    if (options.json) process.stdout.write(`${JSON.stringify({ ...links, phases }, undefined, 2)}\n`);
    else process.stdout.write(closing(phases));
    if (options.keep) await keepServing(scene, interrupted);
    if (phases.some(({ failed }) => failed > 0)) process.exitCode = 1;
  } finally {
    view.end();
    for (const stop of stops.toReversed()) await stop();
  }
}

/** Returns when the user has seen enough. */
async function keepServing({ url, control }: Scene, interrupted: AbortSignal): Promise<void> {
  process.stderr.write(`Still serving: ${url}\nAWS_ENDPOINT_URL_API_GATEWAY=${control}\nCtrl-C ends it.\n`);
  if (!interrupted.aborted) await once(interrupted, "abort");
}

async function main(): Promise<void> {
  let options: Options;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    process.exitCode = 2;
    return;
  }
  if (options.help) {
    process.stdout.write(usage);
    return;
  }
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interruption.abort());
  try {
    await show(options, interruption.signal);
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    process.stderr.write("Stopped; nothing is left behind.\n");
    process.exitCode = 130;
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`The demo could not go on: ${(error as Error).message}\n`);
  process.exitCode = 1;
});
