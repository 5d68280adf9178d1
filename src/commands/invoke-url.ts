/** Where a stage is called: what clients are given. */
import type { Control } from "./control.ts";

/** Milliseconds. */
const healthTimeout = 2_000;

const ofAws = /\.amazonaws\.com(\.cn)?$/;

/** The port of the gateway beside a management API of ours; undefined where there is no such answer. */
async function gatewayPort({ endpoint }: Control): Promise<string | undefined> {
  try {
    const reply = await fetch(new URL("/_stagewright/health", endpoint), {
      signal: AbortSignal.timeout(healthTimeout),
    });
    const { gateway } = (await reply.json()) as { gateway?: unknown };
    return typeof gateway === "string" && URL.canParse(gateway) ? new URL(gateway).port : undefined;
  } catch {
    return undefined;
  }
}

/** Makes a stage's URL. One that does not say where its gateway is serves on the port of its management API too. */
export async function invokeUrls(control: Control): Promise<(restApiId: string, stageName: string) => string> {
  const { endpoint, region } = control;
  const domain = ofAws.exec(endpoint.hostname);
  if (domain !== null) {
    return (id, stageName) => `https://${id}.execute-api.${region}.amazonaws.com${domain[1] ?? ""}/${stageName}`;
  }
  const gateway = new URL(endpoint.origin);
  gateway.port = (await gatewayPort(control)) ?? gateway.port;
  return (id, stageName) => `${gateway.origin}/_aws/execute-api/${id}/${encodeURIComponent(stageName)}`;
}
