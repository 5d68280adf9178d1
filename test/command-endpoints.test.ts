/** Commands and what they speak to: another service's answers, something else altogether, and nothing at all. */
import { describe, expect, test } from "vitest";
import { command, typed } from "./support/command.ts";
import { answering, CommandLab, pretending, refusal } from "./support/command-lab.ts";

const lab = new CommandLab();
const { stagewright } = lab;

const dated = (id: string, createdDate: number) => ({ id, createdDate });

describe("a service that answers in other ways than ours", () => {
  test("lists deployments in any order: rollback goes by their dates", async () => {
    const { endpoint, bodies } = await pretending((what) => {
      if (what.startsWith("GET /restapis?")) return [200, { item: [{ id: "abc", name: "dated" }] }];
      if (what.includes("/deployments")) return [200, { item: [dated("c", 3), dated("a", 1), dated("b", 2)] }];
      return [200, { stageName: "dev", deploymentId: what.startsWith("PATCH ") ? "b" : "c" }];
    });
    const { code, stdout } = await typed(["stage", "rollback", "dev", "--endpoint-url", endpoint]);
    expect([code, stdout]).toEqual([0, "dev of dated (abc)\n  deployment: c → b\n"]);
    expect(bodies).toEqual(['{"patchOperations":[{"op":"replace","path":"/deploymentId","value":"b"}]}']);
  });

  test("an API that goes while stages are listed has none", async () => {
    const { endpoint } = await pretending((what) => {
      if (what.startsWith("GET /restapis?")) return [200, { item: [{ id: "here", name: "one" }, { id: "gone" }] }];
      return what.includes("/gone/") ? [404, { message: "no" }] : [200, { item: [{ stageName: "dev" }] }];
    });
    const { code, stdout } = await typed(["stages", "--endpoint-url", endpoint]);
    expect([code, stdout.split("\n").slice(1)]).toEqual([0, ["here  one   dev", ""]]);
  });
});

describe("what is no management API", () => {
  test("nothing listens there", async () => {
    expect(await typed(["stages", "--endpoint-url", "http://127.0.0.1:1"])).toEqual(
      refusal(
        "Nothing answers at http://127.0.0.1:1 (ECONNREFUSED). Start the server with: npm start\n" +
          "Where it has another address, name that with --endpoint-url.",
      ),
    );
  });

  test.each([
    ["--endpoint-url", {}],
    ["AWS_ENDPOINT_URL", { AWS_ENDPOINT_URL: "nowhere" }],
    ["AWS_ENDPOINT_URL_API_GATEWAY", { AWS_ENDPOINT_URL_API_GATEWAY: "nowhere", AWS_ENDPOINT_URL: "http://a" }],
  ])("%s is no address", async (name, env) => {
    const flags = name === "--endpoint-url" ? ["--endpoint-url", "nowhere"] : [];
    expect(await typed(["stages", ...flags], env)).toEqual(
      refusal(`${name} must be an address such as http://127.0.0.1:4566, not "nowhere".`),
    );
  });

  test("the gateway, a web page, and broken JSON", async () => {
    const endpoints = [
      lab.server.gateway,
      await answering(200, { "Content-Type": "text/html" }, "<html>"),
      await answering(404, { "Content-Type": "text/html" }, "<html>"),
      await answering(200, { "Content-Type": "application/json" }, "[1,"),
      await answering(200, { "Content-Type": "application/json" }, "{}"),
      await answering(401, { "Content-Type": "application/json" }, '{"message":"no"}'),
    ];
    for (const endpoint of endpoints) {
      const { code, stderr } = await typed(["stages", "--endpoint-url", endpoint]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/ does not answer as API Gateway does \(status \d{3}\)\. Name the management API with /);
    }
  });

  test("a server that has failed is not the fault of who typed it", async () => {
    const headers = { "Content-Type": "application/json", "x-amzn-ErrorType": "ServiceUnavailableException" };
    const endpoint = await answering(503, headers, '{"message":"busy"}');
    expect(await typed(["stages", "--endpoint-url", endpoint])).toEqual({
      code: 1,
      stdout: "",
      stderr: "stagewright: busy\n",
    });
  });

  test("what it answers cannot speak to the terminal", async () => {
    const body = JSON.stringify({ item: [{ id: "a\u001b[31m", name: "b\u0007\nc" }] });
    const endpoint = await answering(200, { "Content-Type": "application/json" }, body);
    const { stderr } = await typed(["stage", "get", "x", "--api-id", "none", "--endpoint-url", endpoint]);
    expect(stderr).toContain("  a\ufffd[31m  b\ufffd c\n");
  });

  test("the key is another one", async () => {
    const env = { AWS_ENDPOINT_URL: lab.server.control, AWS_ACCESS_KEY_ID: "other", AWS_SECRET_ACCESS_KEY: "one" };
    const { code, stderr } = await command(["stages"], env);
    expect(code).toBe(2);
    expect(stderr).toContain(`${lab.server.control} does not take the access key: `);
    expect(stderr).toContain("Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to the pair");
  });

  test("the region is another one, or none", async () => {
    const endpoint = lab.server.control;
    expect(await stagewright("stages", "--region", "eu-west-1")).toEqual(
      refusal(`${endpoint} is of another region. Name the one it was started with by --region.`),
    );
    for (const region of ["a b", "-", "x".repeat(64)]) {
      expect(await stagewright("stages", "--region", region)).toEqual(
        refusal(`${JSON.stringify(region)} is no region. Name one as in --region us-east-1.`),
      );
    }
  });

  test("off this machine no key is made up", async () => {
    const { code, stderr } = await command(["stages", "--endpoint-url", "http://stagewright.invalid"]);
    expect(code).toBe(2);
    expect(stderr).toContain("No access key is known for http://stagewright.invalid.");
  });
});
