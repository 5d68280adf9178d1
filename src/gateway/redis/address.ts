/** Where the shared Redis is: `redis://[user[:password]@]host[:port][/database]`, or `rediss://` for TLS. */

export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly database: number;
}

const defaultPort = 6_379;
const databasePath = /^(?:\/(\d{1,5})?)?$/;

/** Undefined for a text that is no such address. */
export function parseRedisAddress(text: string): RedisAddress | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const database = databasePath.exec(url.pathname);
  if (!["redis:", "rediss:"].includes(url.protocol) || url.hostname === "" || database === null) return undefined;
  if (url.search !== "" || url.hash !== "") return undefined;
  try {
    return {
      host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
      port: url.port === "" ? defaultPort : Number(url.port),
      tls: url.protocol === "rediss:",
      username: decodeURIComponent(url.username) || undefined,
      password: decodeURIComponent(url.password) || undefined,
      database: Number(database[1] ?? 0),
    };
  } catch {
    return undefined;
  }
}

/** As it may be shown: without user and password. */
export const shownAddress = ({ host, port, tls }: RedisAddress): string =>
  `${tls ? "rediss" : "redis"}://${host.includes(":") ? `[${host}]` : host}:${port}`;
