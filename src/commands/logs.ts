/** `stagewright logs tail GROUP`: shows a log group that is kept as files of the data dir. */
import { existsSync } from "node:fs";
import { logFolder, loggedGroups } from "../gateway/telemetry/sinks/log-files.ts";
import { settingsTable } from "../settings.ts";
import { defineCommand } from "./command.ts";
import { CommandFailed } from "./failure.ts";
import { hasLog, type LoggedEvent, readLog } from "./read-log.ts";

const { env, default: defaultDataDir } = settingsTable.dataDir;

const mostNamed = 20;

const noDataDir = (dataDir: string): string =>
  `There is no data dir ${dataDir}. Type this in the folder that the server was started in, or name its --data-dir.`;

/** What exists, for a message. */
async function existing(dataDir: string): Promise<string> {
  const groups = await loggedGroups(logFolder(dataDir));
  if (groups.length === 0) return existsSync(dataDir) ? `There are no logs in ${dataDir} yet.` : noDataDir(dataDir);
  const named = groups.slice(0, mostNamed).map((group) => `\n  ${group}`);
  const more = groups.length > mostNamed ? `\n  and ${groups.length - mostNamed} more` : "";
  return `These exist in ${dataDir}:${named.join("")}${more}`;
}

/** The name in an ARN, as stages have it for a destination; any other text is a name as it stands. */
const nameIn = (group: string): string =>
  group.replace(/^arn:[^:]*:[^:]*:[^:]*:\d*:(?:log-group:|deliverystream\/)/, "");

/** What the file system refuses is for who typed the command. */
async function readable(dataDir: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error) || !("syscall" in error)) throw error;
    throw new CommandFailed(`The logs in ${dataDir} cannot be read: ${error.message}`, 2, { cause: error });
  }
}

const toJson = ({ time, message }: LoggedEvent): string =>
  JSON.stringify(time === undefined ? { message } : { timestamp: time, message });

const toText = ({ time, message }: LoggedEvent): string => (time === undefined ? message : `${time} ${message}`);

export const logsTail = defineCommand({
  name: "logs tail",
  arguments: "GROUP",
  count: [0, 1],
  about: "Shows the lines of a log group or delivery stream, the oldest first.",
  options: {
    follow: { type: "boolean", short: "f", help: "goes on with what is written from now on" },
    json: { type: "boolean", help: "one JSON object a line: message, and timestamp where it is known" },
    "data-dir": {
      type: "string",
      value: "DIR",
      help: `the server's data dir, default ${defaultDataDir}; ${env} stands for it`,
    },
  },
  more: `  GROUP is its name, such as apigw/prod for an access log, or
  API-Gateway-Execution-Logs_{apiId}/{stage} for an execution log; a canary's
  requests are in {group}/Canary too. The ARN of a destination does as well.
  With --follow, a log that is not there yet is waited for.

  Where AWS_ENDPOINT_URL_CLOUDWATCH_LOGS or AWS_ENDPOINT_URL_FIREHOSE is set for
  the server, logs go there, and not to files.`,
  run: async ({ values, positionals }, terminal) => {
    const [given] = positionals;
    const { follow = false, json = false } = values;
    const dataDir = values["data-dir"] ?? terminal.env[env] ?? defaultDataDir;
    const folder = logFolder(dataDir);
    await readable(dataDir, async () => {
      if (given === undefined) throw new CommandFailed(`Name a log group. ${await existing(dataDir)}`);
      const group = nameIn(given);
      if (!(await hasLog(folder, group))) {
        const missing = `There is no log ${group}. ${await existing(dataDir)}`;
        if (!follow) throw new CommandFailed(missing);
        terminal.note(`stagewright: ${missing}\nWaiting for it.`);
      }
      for await (const events of readLog(folder, group, follow)) {
        await terminal.printForeign(events.map((event) => `${json ? toJson(event) : toText(event)}\n`).join(""));
      }
    });
  },
});
