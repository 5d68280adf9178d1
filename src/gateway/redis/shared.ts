/** What the setting `--shared` asks for. */
import { SettingRefused, type Settings, settingsTable } from "../../settings.ts";
import { parseRedisAddress } from "./address.ts";
import { openRedisLink, type RedisLink } from "./link.ts";
import type { OperatorLog } from "../../operator-log.ts";

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
