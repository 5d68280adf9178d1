import { PassThrough } from "node:stream";
import type { Deployment } from "@aws-sdk/client-api-gateway";
import { expect, test } from "vitest";
import type { Control } from "./control.ts";
import { noteUnserved } from "./served-methods.ts";
import { Terminal } from "./terminal.ts";

const deployments: Readonly<Record<string, Deployment>> = {
  base: { apiSummary: { "/pets": { GET: {} }, "/any": { ANY: {} } } },
  canary: { apiSummary: { "/new": { GET: {} } } },
  bare: {},
};

const getDeployment = async ({ deploymentId }: { deploymentId: string }): Promise<Deployment> => {
  const deployment = deployments[deploymentId];
  if (deployment === undefined) throw new Error("there is none");
  return deployment;
};

/** What is told of a method, of a stage that serves these. */
async function toldOf(method: string, deploymentId: string, canary?: string): Promise<string> {
  const stderr = new PassThrough();
  const terminal = new Terminal({ stdout: new PassThrough(), stderr, env: {} });
  const canarySettings = canary === undefined ? {} : { canarySettings: { deploymentId: canary } };
  const control = { client: { getDeployment } } as unknown as Control;
  await noteUnserved(control, terminal, "abc", { stageName: "dev", deploymentId, ...canarySettings }, method);
  return String(stderr.read() ?? "");
}

test.each([
  ["GET /pets", "base"],
  ["*", "base"],
  ["PUT /any", "base"],
  ["GET /new", "base", "canary"],
  ["GET /pet", "bare"],
  ["GET /pet", "none"],
])("of %s there is nothing to tell on %s", async (method, deploymentId, canary?: string) => {
  expect(await toldOf(method, deploymentId, canary)).toBe("");
});

test("a method that the stage does not serve is told of, with what is near", async () => {
  expect(await toldOf("GET /pet", "base")).toBe(
    "stagewright: dev serves no method GET /pet. Did you mean GET /pets?\n",
  );
  expect(await toldOf("DELETE /quite/another", "base", "canary")).toBe(
    "stagewright: dev serves no method DELETE /quite/another.\n",
  );
});
