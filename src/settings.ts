/**
 * Settings, as one table: flag, environment name, default, what it must be. A flag wins over the environment.
 *
 * The first ten are fixed interfaces; changing their names breaks others' scripts.
 */
import { didYouMean } from "./did-you-mean.ts";
import { limits } from "./limits.ts";

type Parse<T> = (text: string) => T;

interface Setting<T> {
  readonly flag: string;
  readonly env: string;
  readonly default: string;
  readonly parse: Parse<T>;
  /** One line for `--help`. */
  readonly help: string;
  /** What is given for it is never printed. */
  readonly secret?: true;
}

/** A setting that cannot be used; the message names it, says what was wrong and what would be right. */
export class SettingRefused extends Error {
  override readonly name = "SettingRefused";
}

/** An argument that is no setting at all. */
export class UnknownSetting extends SettingRefused {}

function integer(minimum: number, maximum: number): Parse<number> {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < minimum || value > maximum) {
      throw new SettingRefused(`must be a whole number from ${minimum} to ${maximum}`);
    }
    return value;
  };
}

function matching(pattern: RegExp, means: string): Parse<string> {
  return (text) => {
    if (!pattern.test(text)) throw new SettingRefused(`must be ${means}`);
    return text;
  };
}

const port = integer(0, 65_535);
const nonEmpty = matching(/\S/, "given a value");

const setting = <T>(
  flag: string,
  fallback: string,
  parse: Parse<T>,
  help: string,
  extra: { env?: string; secret?: true } = {},
): Setting<T> => ({
  flag: `--${flag}`,
  env: `STAGEWRIGHT_${flag.toUpperCase().replaceAll("-", "_")}`,
  default: fallback,
  parse,
  help,
  ...extra,
});

export const settingsTable = {
  controlPort: setting("control-port", "4566", port, "port of the management API (0: any free one)"),
  gatewayPort: setting("gateway-port", "8080", port, "port that serves the stages (0: any free one)"),
  host: setting("host", "127.0.0.1", nonEmpty, "address to listen on"),
  dataDir: setting("data-dir", "./.stagewright", nonEmpty, "folder for everything that is kept"),
  store: setting(
    "store",
    "sqlite",
    matching(/^(sqlite|postgres(ql)?:\/\/.+)$/, "sqlite"),
    "where documents are kept; there is sqlite alone",
  ),
  shared: setting(
    "shared",
    "memory",
    matching(/^(memory|rediss?:\/\/.+)$/, "memory or redis://…"),
    "several nodes' cache and counters: redis://host:6379",
  ),
  workers: setting("workers", "1", integer(1, 64), "threads that serve traffic"),
  accountId: setting(
    "account-id",
    "000000000000",
    matching(/^\d{12}$/, "12 digits"),
    "account in ARNs and error texts",
  ),
  region: setting(
    "region",
    "us-east-1",
    matching(/^[a-z0-9-]{1,32}$/, "a region's name such as us-east-1"),
    "region in ARNs and signatures",
  ),
  accessKeyId: setting("access-key-id", "test", nonEmpty, "who may call the management API"),
  secretAccessKey: setting("secret-access-key", "test", nonEmpty, "and the secret that signs the calls", {
    secret: true,
  }),
  accountRateLimit: setting(
    "account-rate-limit",
    String(limits.accountRate),
    integer(0, 1_000_000_000),
    "requests a second that all stages share",
  ),
  accountBurstLimit: setting(
    "account-burst-limit",
    String(limits.accountBurst),
    integer(0, 1_000_000_000),
    "and how many of them may come at once",
  ),
  cacheClusterDuration: setting(
    "cache-cluster-duration",
    "250",
    integer(0, 3_600_000),
    "milliseconds that a cache cluster takes to start",
  ),
  cacheMemory: setting("cache-memory", "256", integer(1, 1_048_576), "megabytes for the cached answers of all stages"),
  metricsInterval: setting(
    "metrics-interval",
    "60000",
    integer(100, 3_600_000),
    "milliseconds between two reports of metrics",
  ),
  metricsNamespace: setting(
    "metrics-namespace",
    "AWS/ApiGateway",
    matching(/^[\w.\-/#:]{1,255}$/, "letters, digits and . - _ / # :"),
    "namespace of the metrics in CloudWatch",
  ),
  drainTimeout: setting(
    "drain-timeout",
    String(limits.drainTimeout),
    integer(0, 600_000),
    "milliseconds for requests under way on SIGTERM",
  ),
  masterKey: setting(
    "master-key",
    "",
    matching(/^([0-9a-fA-F]{64})?$/, "64 hexadecimal digits"),
    "64 hex digits that seal secrets; else a file is made",
    { secret: true },
  ),
} as const;

/** The process's environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable that names a service by its URL; undefined when it is not set. Throws a `SettingRefused` for what is no URL. */
export function readServiceUrl(env: Environment, name: string): string | undefined {
  const text = env[name];
  if (!text) return undefined;
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return text;
  throw new SettingRefused(`${name} must be an http or https URL, not ${JSON.stringify(text)}`);
}

export type Settings = { readonly [K in keyof typeof settingsTable]: ReturnType<(typeof settingsTable)[K]["parse"]> };

/** Names and addresses that lead to this machine alone. */
export const isLoopback = (host: string): boolean => loopback.test(host);
const loopback = /^(127\.\d+\.\d+\.\d+|::1|\[::1\]|localhost)$/;

function givenFlags(args: readonly string[]): Map<string, string> {
  const known = new Set(Object.values(settingsTable).map((row) => row.flag));
  const given = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const [flag, inline] = splitFlag(args[i] as string);
    if (!known.has(flag))
      throw new UnknownSetting(`${args[i]} is not a setting.${suggestion(flag, [...known])} Try --help.`);
    const value = inline ?? args[++i];
    if (value === undefined) throw new SettingRefused(`${flag} needs a value`);
    given.set(flag, value);
  }
  return given;
}

function splitFlag(text: string): [string, string?] {
  const mark = text.indexOf("=");
  return mark < 0 ? [text] : [text.slice(0, mark), text.slice(mark + 1)];
}

/** What to say after an unknown flag: the ones that share a word with it, or else are spelt like it. */
function suggestion(flag: string, known: readonly string[]): string {
  const words = flag.split("-").filter((word) => word.length > 2);
  const alike = known.filter((name) => words.some((word) => name.includes(word)));
  return didYouMean(flag, [...known, "--help", "--version"], alike.slice(0, 3));
}

/** Reads flags and environment against the table. Throws a `SettingRefused` that says what to change. */
export function readSettings(args: readonly string[], env: Environment): Settings {
  const given = givenFlags(args);
  const read = (row: Setting<unknown>): unknown => {
    const fromFlag = given.get(row.flag);
    const text = fromFlag ?? env[row.env] ?? row.default;
    try {
      return row.parse(text);
    } catch (error) {
      const name = fromFlag === undefined ? row.env : row.flag;
      // An address may have a user and a password in it.
      const shown = row.secret ? "" : `, not ${JSON.stringify(text.replace(/^.*@/s, "…@"))}`;
      throw new SettingRefused(`${name} ${(error as Error).message}${shown}`, { cause: error });
    }
  };
  const settings = Object.fromEntries(
    Object.entries(settingsTable).map(([name, row]) => [name, read(row)]),
  ) as Settings;
  const { controlPort, gatewayPort } = settings;
  if (controlPort === gatewayPort && controlPort !== 0) {
    throw new SettingRefused(
      `--control-port and --gateway-port are both ${controlPort}. Each needs a port of its own; ` +
        "stages can be called on the control port, too.",
    );
  }
  const defaultKeys = settings.accessKeyId === "test" || settings.secretAccessKey === "test";
  if (defaultKeys && !isLoopback(settings.host)) {
    throw new SettingRefused(
      `--host ${settings.host} would open the management API to others with the key test / test. ` +
        "Give --access-key-id and --secret-access-key of your own first.",
    );
  }
  return settings;
}

/** The settings' part of `--help`: flag, what it is, default and environment name. Lines fit 80 columns. */
export function settingsHelp(): string {
  return Object.values(settingsTable)
    .map((row) => {
      const fallback = row.default === "" ? "" : `, default ${row.default}`;
      return `  ${row.flag.padEnd(24)} ${row.help}\n${" ".repeat(27)}${row.env}${fallback}`;
    })
    .join("\n");
}
