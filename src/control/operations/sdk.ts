/** GetSdk, GetSdkType and GetSdkTypes (facts/control.md 17). */
import { badRequest, notFound } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { Input } from "../../model/service.ts";
import { type Handlers, type OperationContext, performed, type Run } from "../operation.ts";
import { paginate } from "../paginate.ts";
import { describeSnapshot, operationCount } from "../sdk/describe.ts";
import { checkedSdkParameters, findSdkType } from "../sdk/parameters.ts";
import type { SdkOrder } from "../sdk/sdk-thread.ts";
import { type SdkType, sdkTypes } from "../sdk/sdk-types.ts";
import { Threads, ThreadSpent } from "../thread.ts";
import { findStage } from "./find.ts";
import { withoutNulls } from "./bounds.ts";

const GetSdkType: Run<"GetSdkType"> = ({ id }): SdkType => findSdkType(id);

const GetSdkTypes: Run<"GetSdkTypes"> = (input) => paginate(sdkTypes, input, ({ id }) => id);

interface SdkPlan extends SdkOrder {
  readonly filename: string;
}

/** `javascript_2026-01-02_03-04Z.zip`: the minute of the deployment that it is made of. */
const filenameOf = (type: string, createdDate: number): string =>
  `${type}_${new Date(createdDate * 1000).toISOString().slice(0, 16).replace("T", "_").replace(":", "-")}Z.zip`;

/** What the stage's own deployment has: a canary is no other API. */
function readPlan(input: Input<"GetSdk">, context: OperationContext): SdkPlan {
  const { restApiId, stageName, sdkType } = input;
  const { deploymentId } = findStage(context, restApiId, stageName);
  const type = findSdkType(sdkType);
  const parameters = checkedSdkParameters(type, withoutNulls(input.parameters, "") ?? {});
  const snapshot = context.tx.get("snapshot", restApiId, deploymentId);
  const deployment = context.tx.get("deployment", restApiId, deploymentId);
  if (snapshot === undefined || deployment === undefined) throw notFound("Invalid Deployment identifier specified");
  if (operationCount(snapshot) > limits.sdkOperations) {
    throw badRequest(`The SDK would have more than ${limits.sdkOperations} operations`);
  }
  return {
    type: type.id,
    parameters,
    filename: filenameOf(type.id, deployment.createdDate),
    description: {
      ...describeSnapshot(snapshot),
      stageName,
      region: context.region,
      invokeUrl: `${context.gatewayUrl}/_aws/execute-api/${restApiId}/${stageName}`,
    },
  };
}

const threads = new Threads<SdkOrder, Uint8Array>(new URL("../sdk/sdk-thread.ts", import.meta.url), {
  name: "sdk",
  threads: limits.sdkThreads,
  queue: limits.sdkQueue,
  timeout: limits.sdkTimeout,
  heap: limits.sdkThreadHeap,
});

async function generate({ type, description, parameters }: SdkOrder): Promise<Uint8Array> {
  try {
    return await threads.run({ type, description, parameters });
  } catch (error) {
    throw error instanceof ThreadSpent ? badRequest("The API is too large to generate an SDK") : error;
  }
}

const GetSdk = performed<"GetSdk", SdkPlan>({
  read: readPlan,
  perform: async (plan) => ({
    contentType: "application/octet-stream",
    contentDisposition: `attachment; filename="${plan.filename}"`,
    body: await generate(plan),
  }),
});

export const sdkOperations = { GetSdkType, GetSdkTypes, GetSdk } satisfies Partial<Handlers>;
