#!/usr/bin/env node
/** The program: reads the settings, starts everything, says when it is ready, and stops in order; or runs a command. */
import packageJson from "../package.json" with { type: "json" };
import { commandsHelp, findCommand } from "./commands/commands.ts";
import { CommandFailed } from "./commands/failure.ts";
import { asksForJson, failureText } from "./commands/failure-text.ts";
import { limits } from "./limits.ts";
import { log } from "./log.ts";
import { readSettings, SettingRefused, settingsHelp } from "./settings.ts";
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
  if (args[0] !== undefined && !args[0].startsWith("-") && !isPlainHelp(args)) {
    const found = findCommand(args);
    if ("help" in found) {
      process.stdout.write(found.help);
      return;
    }
    const [{ runCommand }, command] = await Promise.all([import("./commands/run.ts"), found.row.load()]);
    await runCommand(command, found.rest).catch((error: unknown) => {
      if (error instanceof CommandFailed) throw error;
      log.fatal({ err: error }, `stagewright ${found.row.name} failed, and not by what was typed`);
      process.exitCode = 1;
    });
    return;
  }
  if (args.includes("--help") || args.includes("-h") || isPlainHelp(args)) {
    process.stdout.write(help);
    return;
  }
  if (args.includes("--version")) {
    process.stdout.write(`${packageJson.version}\n`);
    return;
  }
  const { start } = await import("./start.ts");
  const running = await start(readSettings(args, process.env));
  stopOnSignals(running);
  process.stdout.write(`ready control=${running.control} gateway=${running.gateway}\n`);
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
