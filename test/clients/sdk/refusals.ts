/** Refusals as the SDK's own exception classes, with the service's words. */
import {
  type APIGateway,
  BadRequestException,
  ConflictException,
  NotFoundException,
} from "@aws-sdk/client-api-gateway";
import { beforeAll, describe, expect, it } from "vitest";
import { type DeployedApi, deployApi } from "../../support/sdk.ts";

type ExceptionClass = typeof BadRequestException | typeof ConflictException | typeof NotFoundException;
type Call = (client: APIGateway, api: DeployedApi) => Promise<unknown>;

const stageName = "prod";

const cases: readonly (readonly [what: string, is: ExceptionClass, message: string, call: Call])[] = [
  [
    "an unknown Stage",
    NotFoundException,
    "Invalid Stage identifier specified",
    (client, { restApiId }) => client.updateStage({ restApiId, stageName: "none", patchOperations: [] }),
  ],
  [
    "a Stage that is there already",
    ConflictException,
    "Stage already exists",
    (client, { restApiId, deploymentId }) => client.createStage({ restApiId, stageName, deploymentId }),
  ],
  [
    "an unknown Deployment",
    BadRequestException,
    "Deployment id does not exist",
    (client, { restApiId }) => client.createStage({ restApiId, stageName: "other", deploymentId: "abc123" }),
  ],
  [
    "a promotion without a canary",
    BadRequestException,
    "Promotion not available. Canary does not exist.",
    (client, { restApiId }) =>
      client.updateStage({
        restApiId,
        stageName,
        patchOperations: [{ op: "copy", from: "/canarySettings/deploymentId", path: "/deploymentId" }],
      }),
  ],
  [
    "a second Resource of one name",
    ConflictException,
    "Another resource with the same parent already has this name: pets",
    async (client, { restApiId, rootResourceId: parentId }) => {
      await client.createResource({ restApiId, parentId, pathPart: "pets" });
      await client.createResource({ restApiId, parentId, pathPart: "pets" });
    },
  ],
  [
    "an unknown Resource",
    NotFoundException,
    "Invalid Resource identifier specified",
    (client, { restApiId }) =>
      client.putMethod({ restApiId, resourceId: "none", httpMethod: "GET", authorizationType: "NONE" }),
  ],
  [
    "a Deployment of an empty RestApi",
    BadRequestException,
    "The REST API doesn't contain any methods",
    async (client) => {
      const { id: restApiId } = await client.createRestApi({ name: "empty" });
      await client.createDeployment({ restApiId });
    },
  ],
];

export function describeRefusals(use: () => APIGateway): void {
  describe("refuses", () => {
    let api: DeployedApi;
    beforeAll(async () => {
      api = await deployApi(use(), stageName);
    });

    it.each(cases)("%s", async (_what, exception, message, call) => {
      const error = await call(use(), api).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(exception);
      expect(error).toMatchObject({ message, $metadata: { requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
    });

    it("an op that is none, before it looks anything up", async () => {
      const call = use().updateStage({
        restApiId: "none",
        stageName,
        patchOperations: [{ op: "wrong" as "add", path: "/description" }],
      });
      await expect(call).rejects.toMatchObject({
        name: "ValidationException",
        message:
          "1 validation error detected: Value 'wrong' at 'updateStageInput.patchOperations.1.member.op' failed to satisfy constraint: " +
          "Member must satisfy enum value set: [add, remove, move, test, replace, copy]",
      });
    });
  });
}
