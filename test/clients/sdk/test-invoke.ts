/** TestInvokeMethod through the SDK, with an endpoint that is really there. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** Answers with what it was asked. */
const echo = (): Server =>
  createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, headers } = request;
      response.setHeader("Content-Type", "application/json");
      response.setHeader("Set-Cookie", ["a=1", "b=2"]);
      response.end(JSON.stringify({ method, url, tag: headers["x-tag"], body: Buffer.concat(chunks).toString() }));
    });
  });

/** `gateway`: base URL of the stages. */
export function describeTestInvoke(use: () => APIGateway, gateway: () => string): void {
  describe("a test of a Method that was never deployed", () => {
    const backend = echo();
    const place = { restApiId: "", resourceId: "" };

    beforeAll(async () => {
      await once(backend.listen(0, "127.0.0.1"), "listening");
      const client = use();
      const { id: restApiId = "", rootResourceId: parentId } = await client.createRestApi({ name: "tested" });
      const { id: resourceId = "" } = await client.createResource({ restApiId, parentId, pathPart: "{petId}" });
      Object.assign(place, { restApiId, resourceId });
      const method = { ...place, httpMethod: "POST" };
      await client.putMethod({
        ...method,
        authorizationType: "NONE",
        requestParameters: { "method.request.path.petId": true },
      });
      await client.putIntegration({
        ...method,
        type: "HTTP_PROXY",
        integrationHttpMethod: "POST",
        uri: "http://${stageVariables.host}/v2/{petId}",
        requestParameters: { "integration.request.path.petId": "method.request.path.petId" },
      });
    });

    afterAll(async () => {
      await use().deleteRestApi({ restApiId: place.restApiId });
      backend.close();
    });

    it("reaches the endpoint, and tells what became of it", async () => {
      const tested = await use().testInvokeMethod({
        ...place,
        httpMethod: "POST",
        pathWithQueryString: "/12%203?a=1&a=2",
        headers: { "X-Tag": "single" },
        multiValueHeaders: { Accept: ["text/plain", "text/html"] },
        body: "héllo",
        stageVariables: { host: `127.0.0.1:${(backend.address() as AddressInfo).port}` },
      });
      expect(tested).toMatchObject({ status: 200, multiValueHeaders: { "Set-Cookie": ["a=1", "b=2"] } });
      expect(tested.headers).toMatchObject({ "Content-Type": "application/json", "Set-Cookie": "b=2" });
      expect(JSON.parse(tested.body ?? "")).toEqual({
        method: "POST",
        url: "/v2/12%203?a=1&a=2",
        tag: "single",
        body: "héllo",
      });
      expect(tested.latency).toBeGreaterThanOrEqual(0);
      expect(tested.log).toMatch(/^Execution log for request [0-9a-f-]{36}\n/);
      expect(tested.log).toContain(" : Method request query string: {a=1,2}\n");
      expect(tested.log).toContain(" : Method completed with status: 200\n");
    });

    it("answers as the deployed method does", async () => {
      const variables = { host: `127.0.0.1:${(backend.address() as AddressInfo).port}` };
      const request = { httpMethod: "POST", pathWithQueryString: "/7?a=%C3%A9&b", body: "{}" };
      const tested = await use().testInvokeMethod({ ...place, ...request, stageVariables: variables });
      await use().createDeployment({ restApiId: place.restApiId, stageName: "prod", variables });
      const target = `${gateway()}/_aws/execute-api/${place.restApiId}/prod${request.pathWithQueryString}`;
      const answer = await fetch(target, { method: "POST", body: request.body });
      expect([tested.status, tested.body]).toEqual([answer.status, await answer.text()]);
    });

    it("answers a call that fails too", async () => {
      // Stage variables come with the test alone.
      const tested = await use().testInvokeMethod({ ...place, httpMethod: "POST" });
      expect(tested).toMatchObject({
        status: 500,
        body: '{"message": "Internal server error"}',
        headers: { "x-amzn-ErrorType": "InternalServerErrorException" },
      });
      expect(tested.log).toContain(" : Method request path: {petId={petId}}\n");
      expect(tested.log).toMatch(
        / : Execution failed due to configuration error: Invalid endpoint address\n.* : Method completed with status: 500\n$/,
      );
    });

    const refused = (input: object) =>
      use()
        .testInvokeMethod({ ...place, httpMethod: "POST", ...input })
        .then(
          () => "nothing",
          ({ name, message }: Error) => `${name}: ${message}`,
        );

    it("refuses what is not there", async () => {
      expect(await refused({ restApiId: "none" })).toBe("NotFoundException: Invalid Resource identifier specified");
      expect(await refused({ resourceId: "none" })).toBe("NotFoundException: Invalid Resource identifier specified");
      expect(await refused({ httpMethod: "GET" })).toBe("NotFoundException: Invalid Method identifier specified");
      expect(await refused({ clientCertificateId: "none" })).toBe(
        "NotFoundException: Invalid Client Certificate identifier specified",
      );
    });
  });
}
