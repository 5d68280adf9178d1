/** The official JavaScript SDK, pointed at a server of ours. */
import { APIGateway } from "@aws-sdk/client-api-gateway";
import type { RunningServer } from "./server.ts";

/** A client that signs as `test` / `test` and does not retry, so that a test sees each answer as it is. */
export function sdkClient(server: Pick<RunningServer, "control">): APIGateway {
  return new APIGateway({
    endpoint: server.control,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
}

export interface DeployedApi {
  readonly restApiId: string;
  readonly rootResourceId: string;
  readonly deploymentId: string;
}

/**
 * A RestApi whose `GET /` answers from this URI (HTTP_PROXY), or 200 of its own (MOCK) without one; deployed to a stage.
 */
export async function deployApi(client: APIGateway, stageName: string, uri?: string): Promise<DeployedApi> {
  const { id: restApiId = "", rootResourceId = "" } = await client.createRestApi({ name: "test" });
  const method = { restApiId, resourceId: rootResourceId, httpMethod: "GET" };
  await client.putMethod({ ...method, authorizationType: "NONE" });
  if (uri === undefined) {
    await client.putIntegration({
      ...method,
      type: "MOCK",
      requestTemplates: { "application/json": '{"statusCode":200}' },
    });
    await client.putMethodResponse({ ...method, statusCode: "200" });
    await client.putIntegrationResponse({ ...method, statusCode: "200" });
  } else {
    await client.putIntegration({ ...method, type: "HTTP_PROXY", integrationHttpMethod: "GET", uri });
  }
  const { id: deploymentId = "" } = await client.createDeployment({ restApiId, stageName });
  return { restApiId, rootResourceId, deploymentId };
}
