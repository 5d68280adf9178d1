/** A RestApi with deployments, a stage and everything that a stage can name, for tests of what may be done to the stage. */
import type { OperationContext } from "../../src/control/operation.ts";
import { stageOperations } from "../../src/control/operations/stage.ts";
import type { IntegrationDocument, ResourceDocument, StageDocument } from "../../src/model/documents.ts";
import type { Output, PatchOperation } from "../../src/model/service.ts";
import type { Transaction } from "../../src/store/store.ts";
import { contextFor, memoryTransaction } from "./memory-transaction.ts";

export const restApiId = "api1234567";

/** What there is, by the ids that tests use. */
export const present = {
  stageName: "dev",
  deploymentIds: ["dep001", "dep002", "dep003"],
  documentationVersion: "1.0",
  clientCertificateId: "cert01",
  logGroup: "arn:aws:logs:us-east-1:123456789012:log-group:access",
} as const;

/** A stage as CreateStage leaves it, on the first deployment; created at 2026-01-01T00:00:00Z. */
export const freshStage: StageDocument = {
  stageName: present.stageName,
  deploymentId: "dep001",
  cacheClusterEnabled: false,
  methodSettings: {},
  tracingEnabled: false,
  createdDate: 1_767_225_600,
  lastUpdatedDate: 1_767_225_600,
};

const mockIntegration: IntegrationDocument = {
  type: "MOCK",
  passthroughBehavior: "WHEN_NO_MATCH",
  timeoutInMillis: 29_000,
  cacheNamespace: "root000001",
  cacheKeyParameters: [],
};

/** The root with one complete GET. */
export const rootResource: ResourceDocument = {
  id: "root000001",
  path: "/",
  resourceMethods: {
    GET: {
      httpMethod: "GET",
      authorizationType: "NONE",
      apiKeyRequired: false,
      methodIntegration: mockIntegration,
    },
  },
};

/** The RestApi with its root resource, and nothing else. */
export function storeRestApi(tx: Transaction, id: string = restApiId): void {
  tx.put("restApi", "", id, {
    id,
    name: "pets",
    createdDate: 1_767_225_600,
    apiKeySource: "HEADER",
    endpointConfiguration: { types: ["EDGE"], ipAddressType: "ipv4" },
    disableExecuteApiEndpoint: false,
    rootResourceId: rootResource.id,
  });
  tx.put("resource", id, rootResource.id, rootResource);
}

export interface StageFixture {
  readonly tx: Transaction;
  readonly context: OperationContext;
  /** The stage as it is stored. */
  readonly stored: () => StageDocument;
  /** Runs UpdateStage on it. */
  readonly patch: (operations: readonly PatchOperation[], at?: Partial<OperationContext>) => Output<"UpdateStage">;
}

/** The stage `dev` of `freshStage` with these members changed; the account has a logging role unless it is taken away. */
export function stageFixture(
  members: Partial<StageDocument> = {},
  account: "with role" | "bare" = "with role",
): StageFixture {
  const tx = memoryTransaction();
  storeRestApi(tx);
  for (const id of present.deploymentIds) {
    tx.put("deployment", restApiId, id, { id, createdDate: 1_767_225_600 });
  }
  const version = present.documentationVersion;
  tx.put("documentationVersion", restApiId, version, { version, createdDate: 1_767_225_600 });
  tx.put("clientCertificate", "", present.clientCertificateId, {
    clientCertificateId: present.clientCertificateId,
    pemEncodedCertificate: "",
    sealedPrivateKey: "",
    createdDate: 1_767_225_600,
    expirationDate: 1_798_761_600,
  });
  if (account === "with role") {
    tx.put("account", "", "account", { cloudwatchRoleArn: "arn:aws:iam::123456789012:role/logs", features: [] });
  }
  tx.put("stage", restApiId, present.stageName, { ...freshStage, ...members });
  const context = contextFor(tx);
  return {
    tx,
    context,
    stored: () => tx.get("stage", restApiId, present.stageName) ?? freshStage,
    patch: (patchOperations, at = {}) =>
      stageOperations.UpdateStage({ restApiId, stageName: present.stageName, patchOperations }, { ...context, ...at }),
  };
}

/** What a function refused with: name, status and message; undefined when it did not throw. */
export function refusal(act: () => unknown): { name: string; status: unknown; message: string } | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { name: error.name, status: "status" in error ? error.status : undefined, message: error.message };
  }
}

/** The refusal that most of the service's are. */
export const badRequestOf = (message: string) => ({ name: "BadRequestException", status: 400, message });
