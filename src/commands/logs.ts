/** `stagewright logs tail GROUP`: shows a log group that is kept as files of the data dir. */
import { parseArgs } from "node:util";
import { logFolder, loggedGroups } from "../gateway/telemetry/sinks/log-files.ts";
import { SettingRefused, settingsTable } from "../settings.ts";
import { type LoggedEvent, readLog } from "./read-log.ts";

const { flag, env, default: defaultDataDir } = settingsTable.dataDir;

const usage = `stagewright logs tail GROUP [--follow] [--json] [--data-dir DIR]

  Shows the lines of a log group or delivery stream, the oldest first.

  GROUP           its name, such as apigw/prod for an access log, or
                  API-Gateway-Execution-Logs_{apiId}/{stage} for an execution log;
                  a canary's requests are in {group}/Canary too
  -f, --follow    goes on with what is written from now on
  --json          one JSON object a line: message, and timestamp where it is known
  ${flag} DIR  the server's data dir, default ${defaultDataDir};
                  ${env} stands for it

  Where AWS_ENDPOINT_URL_CLOUDWATCH_LOGS or AWS_ENDPOINT_URL_FIREHOSE is set for
  the server, logs go there, and not to files.
`;

interface TailOptions {
  readonly group: string;
  readonly follow: boolean;
  readonly json: boolean;
  readonly dataDir: string;
}

const refused = (message: string): SettingRefused => new SettingRefused(`${message}\n\n${usage}`);

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        follow: { type: "boolean", short: "f" },
        json: { type: "boolean" },
        "data-dir": { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    throw refused((error as Error).message);
  }
}

/** What exists, for a message. */
async function existing(dataDir: string): Promise<string> {
  const groups = await loggedGroups(logFolder(dataDir));
  if (groups.length === 0) return `There are no logs in ${dataDir} yet.`;
  return `These exist in ${dataDir}:\n${groups.map((group) => `  ${group}`).join("\n")}`;
}

/** Undefined when only the help was asked for. */
async function readOptions(args: readonly string[]): Promise<TailOptions | undefined> {
  const { values, positionals } = parse(args);
  if (values.help === true) return undefined;
  const [command, group, ...more] = positionals;
  const dataDir = values["data-dir"] ?? process.env[env] ?? defaultDataDir;
  if (command !== "tail" || more.length > 0) {
    throw refused(command === undefined ? "logs what?" : `There is no command "logs ${positionals.join(" ")}".`);
  }
  if (group === undefined) throw new SettingRefused(`Name a log group. ${await existing(dataDir)}`);
  return { group, follow: values.follow ?? false, json: values.json ?? false, dataDir };
}

const toJson = ({ time, message }: LoggedEvent): string =>
  JSON.stringify(time === undefined ? { message } : { timestamp: time, message });

const toText = ({ time, message }: LoggedEvent): string => (time === undefined ? message : `${time} ${message}`);

/** Resolves when the text was taken; rejects when nobody reads any more. */
function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error === undefined || error === null ? resolve() : reject(error)));
  });
}

/** Throws a `SettingRefused` that says what would be right. */
export async function logs(args: readonly string[]): Promise<void> {
  const options = await readOptions(args);
  if (options === undefined) {
    await print(usage);
    return;
  }
  const { group, dataDir } = options;
  // The callback of each write hears of it too; without a listener the process would end with a stack.
  process.stdout.on("error", () => undefined);
  let found = false;
  try {
    for await (const events of readLog(logFolder(dataDir), group, options.follow)) {
      found = true;
      await print(events.map((event) => `${options.json ? toJson(event) : toText(event)}\n`).join(""));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
  }
  if (!found) throw new SettingRefused(`There is no log ${group}. ${await existing(dataDir)}`);
}
