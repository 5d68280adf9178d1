/** `stagewright stages`, `stage` and `export` on a server of its own. */
import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { typed } from "./support/command.ts";
import { answerOf, CommandLab, definition, refusal } from "./support/command-lab.ts";
import { startServer } from "./support/server.ts";
import type { Finished } from "./support/tools.ts";

const lab = new CommandLab();
const { deployed, fileOf, printed, printedJson, stagewright } = lab;

describe("stages, and stage get", () => {
  test("one API's, or all", async () => {
    const { restApiId, deploymentId, url } = await deployed("listed");
    const text = await printed("stages", "--api-id", restApiId);
    const [head = "", row = "", ...rest] = text.trimEnd().split("\n");
    expect(head.split(/ +/)).toEqual(["API", "NAME", "STAGE", "DEPLOYMENT", "CANARY", "UPDATED"]);
    expect(row.split(/ +/).slice(0, 4)).toEqual([restApiId, "listed", "dev", deploymentId]);
    expect(rest).toEqual([]);
    const all = await printedJson<{ restApiId: string; stageName: string; url: string }[]>("stages");
    expect(all.find((stage) => stage.restApiId === restApiId)).toMatchObject({ stageName: "dev", url });
  });

  test("none at all", async () => {
    const { id: restApiId = "" } = await lab.client.createRestApi({ name: "stageless" });
    lab.forThisTest(restApiId);
    expect(await stagewright("stages", "--api", "stageless")).toEqual({
      code: 0,
      stdout: "",
      stderr: "There is no stage yet. This makes one: stagewright deploy openapi.yaml --stage dev\n",
    });
    expect(await printedJson("stages", "--api", "stageless")).toEqual([]);
    expect((await stagewright("stage", "get", "dev", "--api", "stageless")).stderr).toBe(
      `stagewright: stageless (${restApiId}) has no stage "dev". It has none.\n`,
    );
  });

  test("a stage in the keys that set it, one key, and all of it as JSON", async () => {
    const { restApiId, deploymentId, url } = await deployed("shown", undefined, "--variable", "a=1");
    const ofApi = ["--api", "shown"];
    expect(await printed("stage", "get", "dev", ...ofApi)).toBe(
      `dev of shown (${restApiId})\n  ${url}\n\n  deployment=${deploymentId}\n  tracing=off\n  cache=off\n  variables.a=1\n`,
    );
    expect(await printed("stage", "get", "dev", "variables.a", ...ofApi)).toBe("1\n");
    expect(await printed("stage", "get", "dev", "throttle.rate", ...ofApi)).toBe("10000\n");
    expect(await printed("stage", "get", "dev", "description", ...ofApi)).toBe("\n");
    const asJson = (key: string): Promise<unknown> => printedJson("stage", "get", "dev", key, ...ofApi);
    const keys = ["description", "throttle.rate", "tracing", "variables.a"];
    expect(await Promise.all(keys.map(asJson))).toEqual([null, 10_000, false, "1"]);
    expect(await printedJson("stage", "get", "dev", ...ofApi)).toMatchObject({
      restApiId,
      deploymentId,
      stageName: "dev",
      url,
    });
  });
});

describe("stage set", () => {
  test("sets all of it or nothing, and says what it was", async () => {
    const { restApiId, url } = await deployed("set", { "/": "$stageVariables.a" });
    const ofApi = ["--api-id", restApiId];
    expect(await printed("stage", "set", "dev", "variables.a=1", "throttle.rate=5.5", "tracing=on", ...ofApi)).toBe(
      `dev of set (${restApiId})\n  tracing: off → on\n  variables.a: (none) → 1\n  throttle.rate: 10000 → 5.5\n`,
    );
    expect(await answerOf(`${url}/`)).toBe("1");
    expect(await stagewright("stage", "set", "dev", "variables.a=2", "caching.ttl=9999", ...ofApi)).toEqual(
      refusal("Invalid time-to-live setting, must be an integer no greater than 3600"),
    );
    expect(await answerOf(`${url}/`)).toBe("1");
    expect(await printed("stage", "set", "dev", "variables.a=1", ...ofApi)).toContain("  is as it was\n");

    const method = ["--method", "GET /", ...ofApi];
    expect(await printed("stage", "set", "dev", "caching.ttl=7", ...method)).toContain("GET /: caching.ttl: 300 → 7\n");
    const unserved = await stagewright("stage", "set", "dev", "caching.ttl=7", "--method", "GET /a", ...ofApi);
    expect([unserved.code, unserved.stderr]).toEqual([0, expect.stringContaining("dev serves no method GET /a.")]);
    await printed("stage", "set", "dev", "settings=off", "--method", "GET /a", ...ofApi);
    const changed = await printedJson<{ methodSettings: object }>("stage", "set", "dev", "settings=off", ...method);
    expect(Object.keys(changed.methodSettings)).toEqual(["*/*"]);
    expect(await printed("stage", "set", "dev", "variables.a=", ...ofApi)).toContain("  variables.a: 1 → (none)\n");
  });

  test("logs need the account's role first, and it says how to set it", async () => {
    const { restApiId } = await deployed("logs", { "/": "" });
    const { code, stderr } = await stagewright("stage", "set", "dev", "logging=INFO", "--api-id", restApiId);
    expect([code, stderr.split("\n")]).toEqual([
      2,
      [
        "stagewright: CloudWatch Logs role ARN must be set in account settings to enable logging. Set one, such as:",
        expect.stringMatching(/^ {2}aws apigateway update-account --endpoint-url http:\S+ --patch-operations \\$/),
        "    op=replace,path=/cloudwatchRoleArn,value=arn:aws:iam::000000000000:role/logs",
        "",
      ],
    ]);
  });

  test("what has only one half is set, and the other half is told", async () => {
    const { restApiId } = await deployed("half", { "/": "" });
    const { code, stdout, stderr } = await stagewright("stage", "set", "dev", "caching=on", "--api-id", restApiId);
    expect([code, stdout]).toEqual([0, expect.stringContaining("caching: off → on")]);
    expect(stderr).toBe("stagewright: No answer is cached before the stage has a cache: cache=on\n");
  });

  test.each<[args: readonly string[], text: string]>([
    [["dev"], "KEY=VALUE… is missing."],
    [["dev", "tracing"], '"tracing" must be KEY=VALUE, such as throttle.rate=100.'],
    [["dev", "=on"], '"=on" must be KEY=VALUE, such as throttle.rate=100.'],
    [["dev", "tracing=maybe"], 'tracing must be on or off, not "maybe".'],
    [["dev", "throttle.rate=fast"], 'throttle.rate must be a number (requests a second, -1: no limit), not "fast".'],
    [["dev", "throtle.rate=1"], 'There is no key "throtle.rate". Did you mean throttle.rate?'],
    [["dev", "variables.=1"], 'There is no key "variables.".'],
    [["dev", "throttle=1"], 'There is no key "throttle". It has these: throttle.rate, throttle.burst.'],
    [["dev", "__proto__=1"], 'There is no key "__proto__".'],
    [["dev", "deployment="], "deployment needs a value: id of what it serves."],
    [["dev", "canary=on"], "canary can only be set to off as a whole; its parts are set by canary.… keys."],
    [["dev", "tracing=on", "--method", "pets"], '--method "pets" must be a verb and a path, such as "GET /pets/{id}".'],
    [["dev", "tracing=on", "--methd", "pets"], "Unknown option '--methd'. Did you mean --method?"],
  ])("%j is refused", async (args, text) => {
    const { code, stdout, stderr } = await stagewright("stage", "set", ...args);
    expect([code, stdout, stderr.split("\n")[0]]).toEqual([2, "", expect.stringContaining(`stagewright: ${text}`)]);
  });
});

test("a method goes with a key", async () => {
  expect(await stagewright("stage", "get", "dev", "--method", "GET /")).toEqual(
    refusal("--method goes with a KEY, such as throttle.rate."),
  );
});

test.each<[key: string, text: string]>([
  ["cach", 'There is no key "cach". Did you mean cache'],
  ["variables", 'There is no key "variables". It has these: variables.NAME. See: stagewright stage set --help'],
  ["settings", 'There is no key "settings". See: stagewright stage set --help'],
  ["cache=on", '"cache=on" is to be set: use stage set, not stage get.'],
])("%s is no key whose value can be shown", async (key, text) => {
  const { code, stdout, stderr } = await stagewright("stage", "get", "dev", key);
  expect([code, stdout, stderr]).toEqual([2, "", expect.stringContaining(`stagewright: ${text}`)]);
});

describe("stage promote and rollback", () => {
  test("without a canary there is nothing to promote, without a deployment before nowhere to go", async () => {
    const { restApiId, deploymentId } = await deployed("first");
    const ofApi = ["--api-id", restApiId];
    expect((await stagewright("stage", "promote", "dev", ...ofApi)).stderr).toContain(
      "The stage dev has no canary to promote.",
    );
    expect(await stagewright("stage", "rollback", "dev", ...ofApi)).toEqual(
      refusal(`The stage dev serves ${deploymentId}, and there is no deployment before it.`),
    );
  });

  test("rollback goes back one by one, or to the one that is named", async () => {
    const one = await deployed("back", { "/": "one" });
    const two = await deployed("back", { "/": "two" });
    const three = await deployed("back", { "/": "three" });
    const roll = (...args: string[]): Promise<string> => printed("stage", "rollback", "dev", "--api", "back", ...args);
    expect(await roll()).toContain(`  deployment: ${three.deploymentId} → ${two.deploymentId}\n`);
    expect(await answerOf(`${one.url}/`)).toBe("two");
    await roll();
    expect(await answerOf(`${one.url}/`)).toBe("one");
    const nowhere = await stagewright("stage", "rollback", "dev", "--api", "back");
    expect(nowhere.stderr).toContain(
      `Name one of the later ones with --to: ${two.deploymentId}, ${three.deploymentId}`,
    );
    await roll("--to", three.deploymentId);
    expect(await answerOf(`${one.url}/`)).toBe("three");
    expect((await stagewright("stage", "rollback", "dev", "--api", "back", "--to", "none")).stderr).toBe(
      "stagewright: Deployment id does not exist\n",
    );
    await printed("stage", "set", "dev", "canary.percent=1", "--api", "back");
    expect((await stagewright("stage", "rollback", "dev", "--api", "back")).stderr).toContain(
      "The stage dev has a canary.",
    );
  });
});

describe("export", () => {
  test("writes what can be deployed again and changes nothing", async () => {
    const { restApiId, url } = await deployed("exported", { "/": "one", "/pets": "cats" });
    const yaml = await stagewright("export", "dev", "--api-id", restApiId);
    expect([yaml.code, yaml.stderr]).toEqual([0, ""]);
    expect(yaml.stdout).toMatch(/^---\nopenapi: "3.0.1"\n/);
    const file = join(lab.folder, "exported.yaml");
    expect(await stagewright("export", "dev", "--api-id", restApiId, "--output", file)).toEqual({
      code: 0,
      stdout: "",
      stderr: `${file} has dev of exported\n`,
    });
    expect((await readFile(file, "utf8")).trimEnd()).toBe(yaml.stdout.trimEnd());
    expect((await readdir(lab.folder)).filter((name) => name.endsWith(".part"))).toEqual([]);
    expect(await printed("deploy", file, "--stage", "dev")).toContain("  the definition is as it was\n");
    expect(await answerOf(`${url}/pets`)).toBe("cats");
  });

  test("as JSON, as OpenAPI 2.0, with nothing of API Gateway's own", async () => {
    const { restApiId } = await deployed("plain");
    const ofApi = ["--api-id", restApiId];
    const swagger = await printedJson<{ swagger: string; paths: object }>(
      "export",
      "dev",
      "--type",
      "swagger",
      "--extensions",
      "none",
      ...ofApi,
    );
    expect(swagger.swagger).toBe("2.0");
    expect(JSON.stringify(swagger)).not.toContain("x-amazon");
    expect(await stagewright("export", "dev", "--type", "raml", ...ofApi)).toEqual(
      refusal('--type "raml" must be oas30 (OpenAPI 3.0) or swagger (OpenAPI 2.0).'),
    );
    expect((await stagewright("export", "prod", ...ofApi)).stderr).toBe(
      `stagewright: plain (${restApiId}) has no stage "prod". There are: dev\n`,
    );
    const there = join(lab.folder, "nowhere", "x.yaml");
    expect(await stagewright("export", "dev", "--output", there, ...ofApi)).toEqual(
      refusal(`${there} cannot be written (ENOENT). Name another file with --output.`),
    );
    expect(await stagewright("export", "dev", "--output", lab.folder, ...ofApi)).toEqual(
      refusal(`${lab.folder} cannot be written (EISDIR). Name another file with --output.`),
    );
    const drafts = (await readdir(dirname(lab.folder))).filter((name) => name.startsWith(`${basename(lab.folder)}.`));
    expect(drafts).toEqual([]);
  });
});

describe("which API", () => {
  test("the only one, one of several, none", async () => {
    const only = await startServer();
    onTestFinished(async () => void (await only.stop()));
    const ask = (...args: string[]): Promise<Finished> => typed(args, { AWS_ENDPOINT_URL_API_GATEWAY: only.control });
    expect(await ask("stage", "get", "dev")).toEqual(
      refusal("There is no API yet. This makes one: stagewright deploy openapi.yaml --stage dev"),
    );
    const file = await fileOf(definition("only", { "/": "one" }));
    expect((await ask("deploy", file, "--stage", "dev")).code).toBe(0);
    expect((await ask("stage", "get", "dev", "deployment")).code).toBe(0);
    // The service's own variable wins over the one of all services.
    await typed(["deploy", await fileOf(definition("other", { "/": "one" })), "-s", "dev"], {
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      AWS_ENDPOINT_URL_API_GATEWAY: only.control,
    });
    const several = await ask("stage", "get", "dev");
    expect(several.stderr).toMatch(
      /^stagewright: There are several APIs. Say which one with --api NAME or --api-id ID:\n {2}\w+ {2}only\n {2}\w+ {2}other\n$/,
    );
    expect((await ask("stage", "get", "dev", "--api", "none")).stderr).toContain('There is no API named "none".');
    expect((await ask("stage", "get", "dev", "--api-id", "no")).stderr).toContain('There is no API with the id "no".');
    expect((await ask("stage", "get", "dev", "--api", "a", "--api-id", "b")).stderr).toBe(
      "stagewright: Give --api-id or --api, not both.\n",
    );
  });
});
