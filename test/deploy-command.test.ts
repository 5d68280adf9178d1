/** `stagewright deploy` on a server of its own. */
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { limits } from "../src/limits.ts";
import { command, typed } from "./support/command.ts";
import { answerOf, CommandLab, definition, pretending, refusal } from "./support/command-lab.ts";

const lab = new CommandLab();
const { apiNamed, deployed, fileOf, printed, stagewright } = lab;

describe("deploy", () => {
  test("makes an API and a stage, then changes them, and says what is different", async () => {
    const first = await fileOf(definition("deploys", { "/": "one", "/pets": "cats" }));
    const made = await printed("deploy", first, "--stage", "dev");
    const [, id = "", url = ""] = /^deploys \((\w+)\), a new API\n[^]*\n {2}(http\S+)\n$/.exec(made) ?? [];
    lab.forThisTest(id);
    expect(url).toBe(`${lab.server.gateway}/_aws/execute-api/${id}/dev`);
    expect(made.split("\n").slice(1, 4)).toEqual([
      "  + GET /  MOCK",
      "  + GET /pets  MOCK",
      expect.stringMatching(/^ {2}dev serves deployment \w+ at$/),
    ]);
    expect([await answerOf(`${url}/`), await answerOf(`${url}/pets`)]).toEqual(["one", "cats"]);

    const second = await fileOf(definition("deploys", { "/": "two", "/dogs": "dogs" }));
    const changed = await printed("deploy", second, "--stage", "dev");
    expect(changed.split("\n").slice(0, 7)).toEqual([
      `deploys (${id})`,
      "  ~ GET /",
      "      integration.integrationResponses.200.responseTemplates.application/json:",
      "        - one",
      "        + two",
      "  + GET /dogs  MOCK",
      "  - GET /pets  MOCK",
    ]);
    expect([await answerOf(`${url}/`), await answerOf(`${url}/dogs`)]).toEqual(["two", "dogs"]);
    expect((await fetch(`${url}/pets`)).status).toBe(403);
    expect(await printed("deploy", second, "--stage", "dev")).toContain("  the definition is as it was\n");
  });

  test("--merge keeps what the file has not; --variable, --description and --parameter go with it", async () => {
    const made = await deployed("merged", { "/": "$stageVariables.a $stageVariables.b" }, "--variable", "a=1");
    expect(await answerOf(`${made.url}/`)).toBe("1 ");
    const more = ["--merge", "--variable", "b=2=2", "--description", "more", "--parameter", "ignore=documentation"];
    const merged = await deployed("merged", { "/more": "more" }, ...more);
    expect(merged.changes.map(({ change, name }) => `${change} ${name}`)).toEqual(["added GET /more"]);
    expect(await answerOf(`${made.url}/`)).toBe("1 2=2");
    const { restApiId, deploymentId } = merged;
    expect(await lab.client.getDeployment({ restApiId, deploymentId })).toMatchObject({ description: "more" });
  });

  test("--canary leaves the stage as it is, and takes a share of its requests", async () => {
    const { url } = await deployed("canaries", { "/": "base $stageVariables.a|" }, "--variable", "a=1");
    await deployed("canaries", { "/": "canary $stageVariables.a" }, "--canary", "100", "--variable", "a=2");
    expect(await answerOf(`${url}/`)).toBe("canary 2");
    // Another one takes the place of the first; what was set of it stays.
    await printed("stage", "set", "dev", "canary.stage-cache=on", "canary.variables.b=3", "--api", "canaries");
    await deployed("canaries", { "/": "canary $stageVariables.a $stageVariables.b" }, "--canary", "100");
    expect(await answerOf(`${url}/`)).toBe("canary 2 3");
    expect(await printed("stage", "get", "dev", "canary.stage-cache", "--api", "canaries")).toBe("on\n");
    const refused = await stagewright("deploy", await fileOf(definition("canaries", { "/": "three" })), "-s", "dev");
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("The stage dev has a canary.");
    expect(await printed("stage", "promote", "dev", "--api", "canaries")).toContain("  variables.a: 1 → 2\n");
    expect(await answerOf(`${url}/`)).toBe("canary 2 3");
    expect(await printed("stage", "get", "dev", "--api", "canaries")).not.toContain("canary");
  });

  test("reads YAML, and standard input", async () => {
    const text =
      "openapi: 3.0.1\ninfo: {title: typed, version: '1'}\npaths:\n  /:\n    get:\n      responses: {'200': {description: ok}}\n" +
      "      x-amazon-apigateway-integration: {type: http_proxy, httpMethod: GET, uri: 'http://127.0.0.1:9/'}\n";
    const env = lab.env;
    const { code, stdout } = await command(["deploy", "-", "--stage", "dev"], env, text);
    expect(code).toBe(0);
    const [, restApiId = ""] = /^typed \((\w+)\)/.exec(stdout) ?? [];
    await lab.client.deleteRestApi({ restApiId });
    const { stderr } = await command(["deploy", "-", "--stage", "dev"], env, "");
    expect(stderr).toContain("stagewright: standard input is no definition in OpenAPI 3.0 or 2.0.");
  });

  test("an API that cannot be deployed is not left behind; one that was there says what it serves", async () => {
    const empty = await fileOf(definition("emptied", {}));
    expect(await stagewright("deploy", empty, "--stage", "dev")).toEqual(
      refusal("The REST API doesn't contain any methods"),
    );
    expect((await lab.client.getRestApis({ limit: 500 })).items?.map(({ name }) => name)).not.toContain("emptied");
    const { url, restApiId } = await deployed("emptied");
    const { code, stderr } = await stagewright("deploy", empty, "--stage", "dev");
    expect([code, stderr]).toEqual([
      2,
      `stagewright: emptied (${restApiId}) has the new definition, but it cannot be deployed: The REST API doesn't contain any methods\n` +
        `The stage dev serves what it did. Correct ${empty} and deploy it again.\n`,
    ]);
    expect(await answerOf(`${url}/`)).toBe("emptied");
  });

  test("a warning is told, and with --fail-on-warnings nothing is changed", async () => {
    const odd = JSON.stringify({
      ...(JSON.parse(definition("warned", { "/": "x" })) as object),
      info: { title: "warned" },
    });
    const warning = "Parse issue: attribute info.version is missing";
    const refused = await stagewright("deploy", await fileOf(odd), "--stage", "dev", "--fail-on-warnings");
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(warning)]);
    expect(await apiNamed("warned")).toBeUndefined();
    const made = await printed("deploy", await fileOf(odd), "--stage", "dev");
    lab.forThisTest((await apiNamed("warned")) ?? "");
    expect(made).toContain(`  ! ${warning}\n`);
  });

  test("methods without an integration are named", async () => {
    const get = { responses: { 200: { description: "ok" } } };
    const bare = { openapi: "3.0.1", info: { title: "bare", version: "1" }, paths: { "/a": { get }, "/b": { get } } };
    expect(await stagewright("deploy", await fileOf(JSON.stringify(bare)), "--stage", "dev")).toEqual(
      refusal(
        "No integration defined for method: GET /a, GET /b.\n" +
          "Each needs an x-amazon-apigateway-integration, which says where its requests go.",
      ),
    );
    expect(await apiNamed("bare")).toBeUndefined();
  });

  test("an import whose answer is lost is not done again", async () => {
    const { endpoint, asked } = await pretending((what) => (what.startsWith("GET ") ? [200, { item: [] }] : undefined));
    const file = await fileOf(definition("lost", { "/": "x" }));
    const { code, stderr } = await typed(["deploy", file, "--stage", "dev"], { AWS_ENDPOINT_URL: endpoint });
    expect([code, stderr]).toEqual([2, expect.stringContaining(`Nothing answers at ${endpoint} (ECONNRESET).`)]);
    expect(asked.filter((what) => what.startsWith("POST "))).toHaveLength(1);
  });

  test("an API that cannot be taken away again is named", async () => {
    const { endpoint, asked } = await pretending((what) => {
      if (what.startsWith("GET ")) return [200, { item: [] }];
      if (what.includes("mode=import")) return [200, { id: "abc", name: "stuck" }];
      return [400, { message: what.startsWith("DELETE ") ? "stays" : "no deployment" }];
    });
    const file = await fileOf(definition("stuck", { "/": "x" }));
    expect(await typed(["deploy", file, "--stage", "dev"], { AWS_ENDPOINT_URL: endpoint })).toEqual({
      code: 1,
      stdout: "",
      stderr: "stagewright: no deployment\nstuck (abc) was made for it and cannot be deleted: stays\n",
    });
    expect(asked.at(-1)).toBe("DELETE /restapis/abc");
  });

  test("of several APIs of one name none is taken", async () => {
    const names = await Promise.all([1, 2].map(() => lab.client.createRestApi({ name: "twins" })));
    onTestFinished(async () => {
      for (const { id } of names) await lab.client.deleteRestApi({ restApiId: id });
    });
    const file = await fileOf(definition("twins", { "/": "one" }));
    const refused = await stagewright("deploy", file, "--stage", "dev");
    expect(refused.stderr).toContain('Several APIs are named "twins". Say which one with --api-id:\n');
    const [{ id = "" } = {}] = names;
    expect(await printed("deploy", file, "--stage", "dev", "--api-id", id)).toContain(`twins (${id})\n`);
  });

  const notThere = join(tmpdir(), "stagewright-nothing.yaml");
  test.each<[what: string, args: readonly string[], text: string]>([
    ["no stage", ["x.yaml"], "Name the stage with --stage, such as: --stage dev"],
    ["a bad stage", ["x.yaml", "-s", "a b"], '--stage "a b" must be letters, digits, - and _, 128 at most.'],
    ["no file", ["-s", "dev", notThere], `${notThere} is not there. Name an OpenAPI definition in YAML or JSON.`],
    ["a folder", ["-s", "dev", tmpdir()], `${tmpdir()} is a folder. Name an OpenAPI definition in YAML or JSON.`],
    ["a bad share", ["x", "-s", "dev", "--canary", "101"], '--canary "101" must be a percentage from 0 to 100.'],
    ["a bad variable", ["x", "-s", "dev", "--variable", "a"], '--variable "a" must be NAME=VALUE.'],
    [
      "a variable that no stage can have",
      ["x", "-s", "dev", "--variable", "a b=c"],
      "--variable: Invalid stage variable name: a b. Please use names with only word characters.",
    ],
    [
      "a description that is too long",
      ["x", "-s", "dev", "--description", "x".repeat(limits.descriptionLength + 1)],
      `--description: Description can be at most ${limits.descriptionLength} characters without control characters`,
    ],
    ["a watched pipe", ["-", "-s", "dev", "-w"], "Standard input cannot be watched: name a file."],
  ])("%s is refused", async (_what, args, text) => {
    expect(await stagewright("deploy", ...args)).toEqual(refusal(text));
  });

  test("a definition that is too large is not read to its end", async () => {
    expect(await stagewright("deploy", "/dev/zero", "--stage", "dev")).toEqual(
      refusal("/dev/zero is too large: a definition can have at most 6291456 bytes."),
    );
  });

  test.each([
    ["", 'It must say "openapi: 3.0.1" or "swagger: 2.0" at its top.'],
    ["just text", 'It must say "openapi: 3.0.1" or "swagger: 2.0" at its top.'],
    ['{"openapi":"3.1.0"}', 'It must say "openapi: 3.0.1" or "swagger: 2.0" at its top.'],
    ["openapi: 3.0.1\ninfo:\n  title: [a\n  version: 1", "Line 4, column 3: Flow sequence in block collection must "],
    ['{"openapi": "3.0.1", "info": }}', "Line 1, column 31: "],
  ])("%j is no definition", async (text, why) => {
    const file = await fileOf(text);
    const { code, stdout, stderr } = await stagewright("deploy", file, "--stage", "dev");
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`stagewright: ${file} is no definition in OpenAPI 3.0 or 2.0. ${why}`);
  });

  test("a definition without a title, an API that is not there, a canary of no stage", async () => {
    const untitled = await fileOf('{"openapi":"3.0.1","info":{},"paths":{}}');
    expect((await stagewright("deploy", untitled, "-s", "dev")).stderr).toContain("has no info.title");
    const file = await fileOf(definition("nobody", { "/": "x" }));
    expect((await stagewright("deploy", file, "-s", "dev", "--api-id", "none")).stderr).toContain(
      'There is no API with the id "none".',
    );
    expect(await stagewright("deploy", file, "-s", "dev", "--canary", "5")).toEqual(
      refusal("There is no stage dev yet that could have a canary. Deploy without --canary first."),
    );
  });
});
