#!/usr/bin/env node
/** The program: reads the settings, starts everything, says when it is ready, and stops in order; or runs a command. */
import packageJson from "../package.json" with { type: "json" };
import { commandsHelp, findCommand, type Found, isCommand, withCommandFirst } from "./commands/commands.ts";
import { CommandFailed } from "./commands/failure.ts";
import { asksForJson, failureText } from "./commands/failure-text.ts";
import { Terminal, whileRead } from "./commands/terminal.ts";
import { limits } from "./limits.ts";
import { log } from "./log.ts";
import { readSettings, SettingRefused, type Settings, settingsHelp, UnknownSetting } from "./settings.ts";
import type { Running } from "./start.ts";
import { StoreRefused } from "./store/store.ts";

const help = `stagewright ${packageJson.version}: API Gateway's REST APIs and stages, on this machine.

  npm start -- [flags]          starts it
  npm start -- COMMAND --help   says more of a command

Commands (installed, or by npx, as: stagewright COMMAND):
${commandsHelp()}

Flags, and the environment variables that stand for them:
${settingsHelp()}
  --help                   this text
  --version                the version alone
`;

/** Exit statuses: 2 for what the operator can set right, 1 for a failure of our own. */
const refused = 2;

const isPlainHelp = (args: readonly string[]): boolean => args.length === 1 && args[0] === "help";

async function main(args: readonly string[]): Promise<void> {
  const terminal = new Terminal(process);
  const say = (text: string): Promise<void> => whileRead(() => terminal.print(text));
  if (isCommand(args) && !isPlainHelp(args)) {
    const found = findCommand(args);
    await ("help" in found ? say(found.help) : run(found, terminal));
  } else if (args.includes("--help") || args.includes("-h") || isPlainHelp(args)) await say(help);
  else if (args.includes("--version")) await say(`${packageJson.version}\n`);
  else {
    const settings = settingsOf(args);
    const { start } = await import("./start.ts");
    const running = await start(settings);
    stopOnSignals(running);
    // It serves, whoever hears of it.
    await say(`ready control=${running.control} gateway=${running.gateway}\n`).catch((error: unknown) =>
      log.error({ err: error }, "the line that says it is ready cannot be written"),
    );
  }
}

/** Runs a command. Rejects with a `CommandFailed`; one of our own mistakes is logged. */
async function run({ row, rest }: Extract<Found, { row: unknown }>, terminal: Terminal): Promise<void> {
  const [{ runCommand }, command] = await Promise.all([import("./commands/run.ts"), row.load()]);
  await runCommand(command, rest, terminal).catch((error: unknown) => {
    if (error instanceof CommandFailed) throw error;
    log.fatal({ err: error }, `stagewright ${row.name} failed, and not by what was typed`);
    process.exitCode = 1;
  });
}

/** Throws a `SettingRefused`, or a `CommandFailed` where a command stands behind its options. */
function settingsOf(args: readonly string[]): Settings {
  try {
    return readSettings(args, process.env);
  } catch (error) {
    const meant = error instanceof UnknownSetting ? withCommandFirst(args) : undefined;
    if (meant === undefined) throw error;
    throw new CommandFailed(`A command comes before its options: ${meant}`, 2, { cause: error });
  }
}

/** The first signal drains; a second one does not wait. */
function stopOnSignals(running: Running): void {
  let stoppingSince: number | undefined;
  const onSignal = (signal: NodeJS.Signals): void => {
    const now = performance.now();
    if (stoppingSince !== undefined) {
      if (now - stoppingSince > limits.sameSignal) process.exit(signal === "SIGINT" ? 130 : 143);
      return;
    }
    stoppingSince = now;
    running.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, "it could not stop in order");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}

const given = process.argv.slice(2);

main(given).catch((error: unknown) => {
  if (error instanceof CommandFailed) {
    const columns = process.stderr.isTTY ? process.stderr.columns : undefined;
    process.stderr.write(failureText(error, { json: asksForJson(given), columns }));
    process.exitCode = error.exitCode;
    return;
  }
  if (error instanceof SettingRefused || error instanceof StoreRefused) {
    process.stderr.write(`stagewright: ${error.message}\n`);
    process.exitCode = refused;
    return;
  }
  log.fatal({ err: error }, "it could not start");
  process.exitCode = 1;
});
