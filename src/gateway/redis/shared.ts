/** What the setting `--shared` asks for. */
import { SettingRefused, type Settings, settingsTable } from "../../settings.ts";
import { parseRedisAddress } from "./address.ts";
import { openRedisLink, type RedisLink } from "./link.ts";
import type { OperatorLog } from "../../operator-log.ts";

/** The log of who is not alone: one of the links of a process tells the operator, and that is enough. */
export const noLog: OperatorLog = { info: () => undefined, error: () => undefined };

/** The link to the shared Redis; undefined when nothing is shared. Rejects with a `SettingRefused`. */
export async function openShared(
  { shared }: Pick<Settings, "shared">,
  log: OperatorLog,
): Promise<RedisLink | undefined> {
  if (shared === "memory") return undefined;
  const address = parseRedisAddress(shared);
  if (address === undefined) {
    // What was given is not repeated: there may be a password in it.
    throw new SettingRefused(
      `${settingsTable.shared.flag} must be memory or redis://[user:password@]host[:port][/database] (rediss:// for TLS)`,
    );
  }
  return await openRedisLink(address, log);
}
