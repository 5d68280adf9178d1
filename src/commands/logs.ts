/** `stagewright logs tail GROUP`: shows a log group that is kept as files of the data dir. */
import { logFolder, loggedGroups } from "../gateway/telemetry/sinks/log-files.ts";
import { settingsTable } from "../settings.ts";
import { defineCommand } from "./command.ts";
import { CommandFailed } from "./failure.ts";
import { type LoggedEvent, readLog } from "./read-log.ts";

const { env, default: defaultDataDir } = settingsTable.dataDir;

/** What exists, for a message. */
async function existing(dataDir: string): Promise<string> {
  const groups = await loggedGroups(logFolder(dataDir));
  if (groups.length === 0) return `There are no logs in ${dataDir} yet.`;
  return `These exist in ${dataDir}:\n${groups.map((group) => `  ${group}`).join("\n")}`;
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
  requests are in {group}/Canary too.

  Where AWS_ENDPOINT_URL_CLOUDWATCH_LOGS or AWS_ENDPOINT_URL_FIREHOSE is set for
  the server, logs go there, and not to files.`,
  run: async ({ values, positionals }, terminal) => {
    const [group] = positionals;
    const dataDir = values["data-dir"] ?? terminal.env[env] ?? defaultDataDir;
    if (group === undefined) throw new CommandFailed(`Name a log group. ${await existing(dataDir)}`);
    let found = false;
    for await (const events of readLog(logFolder(dataDir), group, values.follow ?? false)) {
      found = true;
      await terminal.print(events.map((event) => `${values.json === true ? toJson(event) : toText(event)}\n`).join(""));
    }
    if (!found) throw new CommandFailed(`There is no log ${group}. ${await existing(dataDir)}`);
  },
});
