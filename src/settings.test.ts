import { expect, test } from "vitest";
import { readSettings, SettingRefused, settingsHelp, settingsTable } from "./settings.ts";

const ownKeys = ["--access-key-id", "AKIDEXAMPLE", "--secret-access-key", "long secret"];

test("without flags and environment, every setting has its documented default", () => {
  expect(readSettings([], {})).toMatchObject({
    controlPort: 4566,
    gatewayPort: 8080,
    host: "127.0.0.1",
    dataDir: "./.stagewright",
    store: "sqlite",
    shared: "memory",
    workers: 1,
    accountId: "000000000000",
    region: "us-east-1",
    accessKeyId: "test",
    secretAccessKey: "test",
  });
});

test("a flag wins over the environment, which wins over the default", () => {
  const env = { STAGEWRIGHT_CONTROL_PORT: "1000", STAGEWRIGHT_GATEWAY_PORT: "2000" };
  const settings = readSettings(["--control-port", "3000"], env);
  expect(settings.controlPort).toBe(3000);
  expect(settings.gatewayPort).toBe(2000);
});

test("a value may follow its flag after an equals sign, and may itself hold one", () => {
  expect(readSettings(["--store=postgres://u@h/d?sslmode=require"], {}).store).toBe("postgres://u@h/d?sslmode=require");
});

test("the environment's names follow from the flags'", () => {
  for (const row of Object.values(settingsTable)) {
    expect(row.env).toBe(`STAGEWRIGHT_${row.flag.slice(2).toUpperCase().replaceAll("-", "_")}`);
  }
});

const refusals: readonly (readonly [args: string[], env: Record<string, string>, text: string])[] = [
  [["--port", "1"], {}, "--port is not a setting. Did you mean --control-port or --gateway-port? Try --help."],
  [["--verison"], {}, "--verison is not a setting. Did you mean --version? Try --help."],
  [["serve"], {}, "serve is not a setting. Try --help."],
  [["--xyz"], {}, "--xyz is not a setting. Try --help."],
  [["--host"], {}, "--host needs a value"],
  [["--control-port", "http"], {}, '--control-port must be a whole number from 0 to 65535, not "http"'],
  [["--control-port", "65536"], {}, '--control-port must be a whole number from 0 to 65535, not "65536"'],
  [["--control-port", "1e3"], {}, '--control-port must be a whole number from 0 to 65535, not "1e3"'],
  [["--control-port", ""], {}, '--control-port must be a whole number from 0 to 65535, not ""'],
  [[], { STAGEWRIGHT_WORKERS: "0" }, 'STAGEWRIGHT_WORKERS must be a whole number from 1 to 64, not "0"'],
  [["--store", "mysql://h/d"], {}, '--store must be sqlite, not "mysql://h/d"'],
  [["--account-id", "1"], {}, '--account-id must be 12 digits, not "1"'],
  [["--master-key", "abc"], {}, "--master-key must be 64 hexadecimal digits"],
];

test.each(refusals)("%j with %j is refused, saying what would be right", (args, env, text) => {
  expect(() => readSettings(args, env)).toThrow(new SettingRefused(text));
});

test("the default keys are refused off loopback, and keys of one's own are not", () => {
  expect(() => readSettings(["--host", "0.0.0.0"], {})).toThrow(
    /Give --access-key-id and --secret-access-key of your own/,
  );
  expect(() => readSettings(["--host", "0.0.0.0", ...ownKeys.slice(0, 2)], {})).toThrow(SettingRefused);
  expect(readSettings(["--host", "0.0.0.0", ...ownKeys], {}).host).toBe("0.0.0.0");
});

const both = (port: string): string[] => ["--control-port", port, "--gateway-port", port];

test("one port for both is refused, unless it is any free one", () => {
  expect(() => readSettings(both("5000"), {})).toThrow(
    new SettingRefused(
      "--control-port and --gateway-port are both 5000. Each needs a port of its own; " +
        "stages can be called on the control port, too.",
    ),
  );
  expect(readSettings(both("0"), {}).gatewayPort).toBe(0);
});

test.each(["127.0.0.1", "127.8.8.8", "::1", "localhost"])("%s is loopback", (host) => {
  expect(readSettings(["--host", host], {}).host).toBe(host);
});

test("the help names every setting with its default, and fits a terminal", () => {
  const help = settingsHelp();
  for (const row of Object.values(settingsTable)) {
    expect(help).toContain(row.flag);
    expect(help).toContain(row.default === "" ? row.env : `${row.env}, default ${row.default}\n`);
  }
  for (const line of help.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
});
