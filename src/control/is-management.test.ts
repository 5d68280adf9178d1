import { expect, it } from "vitest";
import { isManagement } from "./server.ts";

const signedFor = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=test/20260102/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
const presigned = (service: string): string =>
  `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=test%2F20260102%2Fus-east-1%2F${service}%2Faws4_request`;

it.each<[string, string, string, readonly string[], boolean]>([
  ["a signed call", "/restapis", "", ["Authorization", signedFor("apigateway")], true],
  ["a presigned call", "/restapis", presigned("apigateway"), [], true],
  ["the health check", "/_stagewright/health", "", [], true],
  ["the readiness check", "/_stagewright/ready", "", [], true],
  ["metrics", "/_stagewright/metrics", "", [], true],
  ["a client's signed call of an API", "/v1", "", ["authorization", signedFor("execute-api")], false],
  ["a client's presigned call of an API", "/v1", presigned("execute-api"), [], false],
  [
    "a call by a header and a query of the other sort",
    "/v1",
    presigned("apigateway"),
    ["authorization", "Bearer x"],
    false,
  ],
  ["anything else", "/restapis", "apigateway=1", [], false],
])("%s is the management API's: %#", (_what, path, query, headers, expected) => {
  expect(isManagement({ path, query, headers })).toBe(expected);
});
