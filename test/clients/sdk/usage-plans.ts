/** ApiKey, UsagePlan, UsagePlanKey and Usage through the SDK. */
import type { APIGateway } from "@aws-sdk/client-api-gateway";
import { expect, it } from "vitest";
import { deployApi } from "../../support/sdk.ts";

const today = (): string => new Date().toISOString().slice(0, 10);

export function describeUsagePlans(use: () => APIGateway): void {
  it("creates, reads, lists, changes and deletes an ApiKey", async () => {
    const client = use();
    const made = await client.createApiKey({
      name: "mobile app",
      enabled: true,
      customerId: "c-1",
      tags: { team: "red" },
    });
    const apiKey = made.id ?? "";
    expect(apiKey).toMatch(/^[a-z0-9]{10}$/);
    expect(made.value).toMatch(/^[A-Za-z0-9]{40}$/);
    expect(made.createdDate).toBeInstanceOf(Date);
    expect(await client.getApiKey({ apiKey })).not.toHaveProperty("value");
    expect(await client.getApiKey({ apiKey, includeValue: true })).toMatchObject({ value: made.value, stageKeys: [] });
    const changed = await client.updateApiKey({
      apiKey,
      patchOperations: [{ op: "replace", path: "/enabled", value: "false" }],
    });
    expect(changed).toMatchObject({ enabled: false, tags: { team: "red" } });
    const listed = await client.getApiKeys({ nameQuery: "mobile", includeValues: true });
    expect(listed.items).toMatchObject([{ id: apiKey, value: made.value }]);
    expect((await client.getApiKeys({ nameQuery: "Mobile" })).items).toEqual([]);
    await expect(client.createApiKey({ value: made.value })).rejects.toMatchObject({
      name: "ConflictException",
      message: "API Key already exists",
    });
    await client.deleteApiKey({ apiKey });
    await expect(client.getApiKey({ apiKey })).rejects.toMatchObject({
      name: "NotFoundException",
      message: "Invalid API Key identifier specified",
    });
  });

  it("creates, reads, lists, changes and deletes a UsagePlan with its keys and their usage", async () => {
    const client = use();
    const { restApiId } = await deployApi(client, "planned");
    const apiStages = [
      { apiId: restApiId, stage: "planned", throttle: { "/pets/GET": { rateLimit: 1.5, burstLimit: 2 } } },
    ];
    const made = await client.createUsagePlan({
      name: "basic",
      apiStages,
      throttle: { rateLimit: 10, burstLimit: 20 },
      quota: { limit: 100, period: "MONTH" },
    });
    const usagePlanId = made.id ?? "";
    expect(usagePlanId).toMatch(/^[a-z0-9]{6}$/);
    expect(made).toMatchObject({ apiStages, quota: { limit: 100, offset: 0, period: "MONTH" } });
    const changed = await client.updateUsagePlan({
      usagePlanId,
      patchOperations: [
        { op: "replace", path: "/quota/limit", value: "50" },
        { op: "add", path: `/apiStages/${restApiId}:planned/throttle/~1pets/POST/rateLimit`, value: "3" },
      ],
    });
    expect(changed.quota).toEqual({ limit: 50, offset: 0, period: "MONTH" });
    expect(changed.apiStages?.[0]?.throttle).toEqual({
      "/pets/GET": { rateLimit: 1.5, burstLimit: 2 },
      "/pets/POST": { rateLimit: 3 },
    });
    expect(await client.getUsagePlan({ usagePlanId })).toMatchObject({ name: "basic", throttle: { burstLimit: 20 } });

    const { id: keyId = "", value } = await client.createApiKey({ name: "customer" });
    const planKey = { id: keyId, type: "API_KEY", value, name: "customer" };
    expect(await client.createUsagePlanKey({ usagePlanId, keyId, keyType: "API_KEY" })).toMatchObject(planKey);
    expect(await client.getUsagePlanKey({ usagePlanId, keyId })).toMatchObject(planKey);
    expect((await client.getUsagePlanKeys({ usagePlanId })).items).toMatchObject([planKey]);
    expect((await client.getUsagePlanKeys({ usagePlanId: "nobody" })).items).toEqual([]);
    expect((await client.getUsagePlans({ keyId })).items?.map(({ id }) => id)).toEqual([usagePlanId]);

    const days = { startDate: today(), endDate: today() };
    expect((await client.getUsage({ usagePlanId, ...days })).items).toEqual({ [keyId]: [[0, 50]] });
    const patchOperations = [{ op: "replace", path: "/remaining", value: "70" }] as const;
    const extended = await client.updateUsage({ usagePlanId, keyId, patchOperations: [...patchOperations] });
    expect(extended).toMatchObject({ usagePlanId, ...days, items: { [keyId]: [[0, 70]] } });

    const { id: other = "" } = await client.createApiKey({});
    await client.createUsagePlanKey({ usagePlanId, keyId: other, keyType: "API_KEY" });
    const page = await client.getUsage({ usagePlanId, ...days, limit: 1 });
    expect(Object.keys(page.items ?? {})).toEqual([keyId]);
    const next = await client.getUsage({ usagePlanId, ...days, limit: 1, position: page.position });
    expect(next).toMatchObject({ items: { [other]: [[0, 50]] } });
    expect(next.position).toBeUndefined();
    await client.deleteApiKey({ apiKey: other });

    await expect(client.deleteUsagePlan({ usagePlanId })).rejects.toMatchObject({
      name: "BadRequestException",
      message: `Cannot delete Usage Plan ${usagePlanId} because there are API Stages associated with it, including ${restApiId}:planned`,
    });
    await client.deleteUsagePlanKey({ usagePlanId, keyId });
    await client.deleteRestApi({ restApiId });
    expect((await client.getUsagePlan({ usagePlanId })).apiStages).toEqual([]);
    await client.deleteUsagePlan({ usagePlanId });
    await expect(client.getUsagePlan({ usagePlanId })).rejects.toMatchObject({
      name: "NotFoundException",
      message: "Invalid Usage Plan ID specified",
    });
    await client.deleteApiKey({ apiKey: keyId });
  });

  it("imports ApiKeys from a file, and tags them and UsagePlans", async () => {
    const client = use();
    const { id: usagePlanId = "" } = await client.createUsagePlan({ name: "imported" });
    const file = [
      "Key,name,UsagePlanIds",
      `${"a".repeat(30)},first,${usagePlanId}`,
      `short,second,`,
      `${"b".repeat(30)},third,"${usagePlanId},nobody"`,
    ].join("\n");
    const imported = await client.importApiKeys({ body: new TextEncoder().encode(file), format: "csv" });
    expect(imported.ids).toHaveLength(2);
    expect(imported.warnings).toEqual([
      "Skipped invalid record: 2. API Key value should be at least 30 characters",
      "Skipped usage plan of record: 3. Invalid Usage Plan ID specified",
    ]);
    const listed = await client.getUsagePlanKeys({ usagePlanId });
    expect(listed.items?.map(({ name }) => name)).toEqual(["third", "first"]);

    for (const path of [`/apikeys/${imported.ids?.[0]}`, `/usageplans/${usagePlanId}`]) {
      const resourceArn = `arn:aws:apigateway:us-east-1::${path}`;
      await client.tagResource({ resourceArn, tags: { team: "red" } });
      expect((await client.getTags({ resourceArn })).tags).toEqual({ team: "red" });
      await client.untagResource({ resourceArn, tagKeys: ["team"] });
      expect((await client.getTags({ resourceArn })).tags).toEqual({});
    }
    for (const apiKey of imported.ids ?? []) await client.deleteApiKey({ apiKey });
    await client.deleteUsagePlan({ usagePlanId });
  });
}
