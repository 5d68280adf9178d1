import { describe, expect, it } from "vitest";
import {
  bad,
  everything,
  labelled,
  missing,
  newApi,
  newIntegration,
  newMethod,
  refusalOf,
  taken,
} from "../../../test/support/api-fixture.ts";
import { describePatchMatrix, familyA } from "../../../test/support/patch-matrix.ts";
import { limits } from "../../limits.ts";
import type { Input, PatchOperation } from "../../model/service.ts";
import { authorizerRules } from "../patch/rules/authorizer.ts";
import { authorizerOperations } from "./authorizer.ts";
import { deploymentOperations } from "./deployment.ts";
import { methodOperations } from "./method.ts";
import { restApiOperations } from "./rest-api.ts";

const { CreateAuthorizer, GetAuthorizer, GetAuthorizers, UpdateAuthorizer, DeleteAuthorizer } = authorizerOperations;

const authorizerUri =
  "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:123456789012:function:asks/invocations";
const identitySource = "method.request.header.Auth";
const pool = "arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_abcDEF";
const role = "arn:aws:iam::123456789012:role/invokes";

const token = { name: "asks", type: "TOKEN", authorizerUri, identitySource } as const;
const cognito = { name: "users", type: "COGNITO_USER_POOLS", providerARNs: [pool], identitySource } as const;

type Given = Omit<Input<"CreateAuthorizer">, "restApiId">;

/** A RestApi with one Authorizer. */
function open(given: Given = token) {
  const api = newApi();
  const { context, restApiId } = api;
  const reply = CreateAuthorizer({ restApiId, ...given }, context);
  const place = { restApiId, authorizerId: reply.id ?? "" };
  const update = (patchOperations: readonly PatchOperation[]) => {
    const patched = UpdateAuthorizer({ ...place, patchOperations }, context);
    expect(GetAuthorizer(place, context)).toStrictEqual(patched);
    return patched;
  };
  return { api, tx: context.tx, context, restApiId, place, reply, update };
}

/** How a RestApi of its own refuses this one. */
function refusal(given: Partial<Given>): string {
  const { context, restApiId } = newApi();
  const before = everything(context.tx);
  const words = refusalOf(() => CreateAuthorizer({ restApiId, ...token, ...given }, context));
  if (words !== "nothing") expect(everything(context.tx)).toEqual(before);
  return words;
}

const unknown = missing("Invalid Authorizer identifier specified");
const wrongUri = (uri: string): string =>
  bad(
    `Invalid Authorizer URI: ${uri}. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.`,
  );

describe("Authorizer", () => {
  it("is created as it was sent, with a word for its kind", () => {
    const { reply, context, restApiId } = open();
    expect(reply).toStrictEqual({ id: reply.id, ...token, authType: "custom" });
    expect(reply.id).toMatch(/^[a-z0-9]{6}$/);
    const users = CreateAuthorizer({ restApiId, ...cognito }, context);
    expect(users).toStrictEqual({ id: users.id, ...cognito, authType: "cognito_user_pools" });
    const full = {
      name: "full",
      type: "REQUEST",
      authType: "oauth2",
      authorizerUri,
      authorizerCredentials: role,
      identitySource: "method.request.querystring.key, stageVariables.zone,context.identity.sourceIp",
      identityValidationExpression: "x+",
      authorizerResultTtlInSeconds: 0,
    } as const;
    const request = CreateAuthorizer({ restApiId, ...full }, context);
    expect(request).toStrictEqual({ id: request.id, ...full });
    expect(GetAuthorizers({ restApiId }, context).items).toStrictEqual([reply, users, request]);
    expect(GetAuthorizers({ restApiId, limit: 1 }, context)).toMatchObject({ items: [reply] });
  });

  it("takes empty members for none", () => {
    const { reply } = open({
      ...token,
      authorizerCredentials: "",
      identityValidationExpression: "",
      authType: "",
      providerARNs: [],
    });
    expect(reply).toStrictEqual({ id: reply.id, ...token, authType: "custom" });
  });

  it("refuses an identity of nowhere in the service's words", () => {
    const { context, restApiId, place } = open();
    for (const at of [
      { ...place, authorizerId: "none" },
      { ...place, restApiId: "none" },
    ]) {
      expect(refusalOf(() => GetAuthorizer(at, context))).toBe(unknown);
      expect(refusalOf(() => UpdateAuthorizer({ ...at, patchOperations: [] }, context))).toBe(unknown);
      expect(refusalOf(() => DeleteAuthorizer(at, context))).toBe(unknown);
    }
    expect(refusalOf(() => GetAuthorizers({ restApiId: "none" }, context))).toBe(
      missing("Invalid API identifier specified 123456789012:none"),
    );
    expect(refusalOf(() => CreateAuthorizer({ restApiId: "none", ...token }, context))).toBe(
      taken("Unable to complete operation due to concurrent modification. Please try again later."),
    );
    expect(refusalOf(() => CreateAuthorizer({ restApiId, ...token }, context))).toBe(
      bad("Authorizer name must be unique. Authorizer asks already exists in this RestApi."),
    );
  });

  it.each<[string, Partial<Given>]>([
    [bad("Authorizer name cannot be blank"), { name: " " }],
    [bad("Name can be at most 1024 characters without control characters"), { name: "x".repeat(2_000) }],
    [wrongUri("null"), { authorizerUri: undefined }],
    [wrongUri("null"), { authorizerUri: "" }],
    [wrongUri("http://127.0.0.1/"), { authorizerUri: "http://127.0.0.1/" }],
    [
      wrongUri(authorizerUri.replace("us-east-1", "region")),
      { authorizerUri: authorizerUri.replace("us-east-1", "region") },
    ],
    [
      wrongUri("arn:aws:apigateway:us-east-1:sqs:path/1/q"),
      { authorizerUri: "arn:aws:apigateway:us-east-1:sqs:path/1/q" },
    ],
    [
      wrongUri(authorizerUri.replace(/invocations$/, "response-streaming-invocations")),
      { authorizerUri: authorizerUri.replace(/invocations$/, "response-streaming-invocations") },
    ],
    [bad("IdentitySource cannot be empty"), { identitySource: undefined }],
    [bad("IdentitySource cannot be empty"), { identitySource: " , " }],
    [bad("IdentitySource cannot be empty"), { type: "REQUEST", identitySource: "" }],
    [bad("IdentitySource cannot be empty"), { ...cognito, identitySource: "" }],
    [bad("Invalid request identity source expression: Authorization"), { identitySource: "Authorization" }],
    [
      bad("Invalid request identity source expression: method.request.querystring.a"),
      { identitySource: "method.request.querystring.a" },
    ],
    [
      bad("Invalid request identity source expression: method.request.path.a"),
      { type: "REQUEST", identitySource: `${identitySource},method.request.path.a` },
    ],
    [
      bad("Invalid request identity source expression: method.request.body"),
      { type: "REQUEST", identitySource: "method.request.body" },
    ],
    [bad("Invalid request identity source expression: 'x'"), { type: "REQUEST", identitySource: "'x'" }],
    [bad("ProviderARNs cannot be empty"), { ...cognito, providerARNs: [] }],
    [bad("ProviderARNs cannot be empty"), { ...cognito, providerARNs: undefined }],
    [bad("Invalid Cognito User Pool ARN specified: x"), { ...cognito, providerARNs: [pool, "x"] }],
    [
      bad("Authorizer result TTL outside allowable range. TTL must be between 0 and 3600 seconds."),
      { authorizerResultTtlInSeconds: 3_601 },
    ],
    [
      bad("Authorizer result TTL outside allowable range. TTL must be between 0 and 3600 seconds."),
      { authorizerResultTtlInSeconds: -1 },
    ],
    [bad("Invalid identity validation expression specified"), { identityValidationExpression: "(" }],
    [bad("Invalid identity validation expression specified"), { identityValidationExpression: "x".repeat(5_000) }],
    [bad("Invalid authorizer credentials specified: it must be the ARN of a role"), { authorizerCredentials: "me" }],
  ])("%s", (words, given) => {
    expect(refusal(given)).toBe(words);
  });

  it.each<[string, Partial<Given>]>(
    labelled<Partial<Given>>([
      { type: "REQUEST", identitySource: undefined, authorizerResultTtlInSeconds: 0 },
      { authorizerUri: authorizerUri.replace("function:asks", "function:${stageVariables.asks}") },
      { authorizerUri: authorizerUri.replace("us-east-1", "us-gov-west-1") },
      {
        ...cognito,
        providerARNs: ["${stageVariables.pool}", pool.replace("us-east-1_abcDEF", "${stageVariables.id}")],
      },
      { authorizerResultTtlInSeconds: 3_600 },
      { identityValidationExpression: "^Bearer [-0-9a-zA-Z._]*$" },
      { name: "__proto__" },
    ]),
  )("may be %s", (_label, given) => {
    expect(refusal(given)).toBe("nothing");
  });

  it("has a bound on their number", () => {
    const { context, restApiId } = newApi();
    for (let i = 0; i < limits.authorizersPerApi; i++) CreateAuthorizer({ restApiId, ...token, name: `${i}` }, context);
    expect(refusalOf(() => CreateAuthorizer({ restApiId, ...token }, context))).toBe(
      "LimitExceededException: Maximum number of Authorizers for this API has been reached: 10",
    );
  });

  it("stays while a Method has it", () => {
    const { api, context, place } = open();
    const { authorizerId } = place;
    const method = newMethod(api, { authorizationType: "CUSTOM", authorizerId });
    expect(refusalOf(() => DeleteAuthorizer(place, context))).toBe(
      taken("Cannot delete authorizer 'asks', is referenced in method: GET//"),
    );
    const open_ = [{ op: "replace", path: "/authorizationType", value: "NONE" }] as const;
    expect(methodOperations.UpdateMethod({ ...method, patchOperations: open_ }, context)).not.toHaveProperty(
      "authorizerId",
    );
    DeleteAuthorizer(place, context);
    expect(refusalOf(() => GetAuthorizer(place, context))).toBe(unknown);
    const guard = [
      { op: "replace", path: "/authorizationType", value: "CUSTOM" },
      { op: "replace", path: "/authorizerId", value: authorizerId },
    ] as const;
    expect(refusalOf(() => methodOperations.UpdateMethod({ ...method, patchOperations: guard }, context))).toBe(
      bad(
        "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
      ),
    );
  });

  it("is cloned under a new id, and goes with its RestApi", () => {
    const { api, context, restApiId, place } = open();
    newMethod(api, { authorizationType: "CUSTOM", authorizerId: place.authorizerId });
    const before = everything(context.tx);
    const { id = "" } = restApiOperations.CreateRestApi({ name: "copy", cloneFrom: restApiId }, context);
    const [cloned] = context.tx.list("authorizer", id);
    expect(cloned).toMatchObject({ ...token });
    expect(cloned?.id).not.toBe(place.authorizerId);
    const [root] = context.tx.list("resource", id);
    expect(root?.resourceMethods["GET"]?.authorizerId).toBe(cloned?.id);
    restApiOperations.DeleteRestApi({ restApiId: id }, context);
    expect(everything(context.tx)).toEqual(before);
  });

  it("is frozen by a Deployment", () => {
    const { api, context, restApiId, place, reply, update } = open();
    newIntegration(api, {}, { authorizationType: "CUSTOM", authorizerId: place.authorizerId });
    const { id = "" } = deploymentOperations.CreateDeployment({ restApiId }, context);
    update([{ op: "replace", path: "/name", value: "other" }]);
    expect(context.tx.get("snapshot", restApiId, id)?.authorizers).toStrictEqual([reply]);
  });
});

const replace = (path: string, value?: string): PatchOperation => ({ op: "replace", path, value });
const otherUri = authorizerUri.replace("asks", "knows");

describePatchMatrix("Authorizer", {
  rules: authorizerRules.table.rules as never,
  rows: [
    { rule: "/authorizerUri", value: otherUri, ops: { replace: { authorizerUri: otherUri } } },
    { rule: "/authorizerCredentials", value: role, ops: { replace: { authorizerCredentials: role } } },
    { rule: "/authorizerResultTtlInSeconds", value: "60", ops: { replace: { authorizerResultTtlInSeconds: 60 } } },
    { rule: "/authType", value: "oauth2", ops: { replace: { authType: "oauth2", type: "TOKEN" } } },
    {
      rule: "/identityValidationExpression",
      value: "x+",
      ops: { replace: { identityValidationExpression: "x+" } },
    },
    { rule: "/name", value: "knows", ops: { replace: { name: "knows" } } },
    { rule: "/type", value: "REQUEST", ops: { replace: { type: "REQUEST", authType: "custom" } } },
    {
      rule: "/identitySource",
      value: "method.request.header.Other",
      values: { remove: identitySource, add: identitySource },
      ops: {
        add: { identitySource },
        replace: { identitySource: "method.request.header.Other" },
        remove: bad("IdentitySource cannot be empty"),
      },
    },
    { rule: "/providerARNs", value: pool, ops: { add: { providerARNs: [pool] }, remove: { name: "asks" } } },
  ],
  open,
  ...familyA(
    "/authorizerUri, /authorizerCredentials, /authorizerResultTtlInSeconds, /authType, /identitySource, /identityValidationExpression, /name, /type",
  ),
  unlisted: ["/authorizerId", "/providerARNs/0", "/identitySource/method.request.header.Auth"],
});

describe("a patch of an Authorizer", () => {
  it("turns one kind into another, in any order", () => {
    const { update } = open();
    const turned = update([
      replace("/type", "COGNITO_USER_POOLS"),
      replace("/authorizerUri", ""),
      { op: "add", path: "/providerARNs", value: pool },
    ]);
    expect(turned).toStrictEqual({ id: turned.id, ...cognito, name: "asks", authType: "cognito_user_pools" });
    expect(
      update([
        { op: "remove", path: "/providerARNs", value: pool },
        replace("/authorizerUri", authorizerUri),
        replace("/type", "TOKEN"),
      ]),
    ).toStrictEqual({ id: turned.id, ...token, authType: "custom" });
  });

  it("keeps an authType that somebody set", () => {
    const { update } = open({ ...token, authType: "oauth2" });
    expect(update([replace("/type", "REQUEST")])).toMatchObject({ authType: "oauth2" });
    expect(update([replace("/authType", "")])).toMatchObject({ authType: "custom" });
  });

  it("adds and removes sources of identity and pools one by one", () => {
    const { update } = open({ ...token, type: "REQUEST" });
    const path = "/identitySource";
    expect(update([{ op: "add", path, value: "context.identity.sourceIp" }])).toMatchObject({
      identitySource: `${identitySource},context.identity.sourceIp`,
    });
    expect(update([{ op: "remove", path, value: identitySource }])).toMatchObject({
      identitySource: "context.identity.sourceIp",
    });
    expect(update([{ op: "remove", path }, replace("/authorizerResultTtlInSeconds", "0")])).not.toHaveProperty(
      "identitySource",
    );
    const users = open({ ...cognito, providerARNs: [pool, pool.replace("abc", "def")] });
    expect(users.update([{ op: "remove", path: "/providerARNs", value: pool }]).providerARNs).toHaveLength(1);
    expect(refusalOf(() => users.update([{ op: "remove", path: "/providerARNs" }]))).toBe(
      bad("ProviderARNs cannot be empty"),
    );
  });

  it.each<[string, string | undefined, string]>([
    ["/type", "token", bad("Invalid authorizer type specified. Valid options are TOKEN,REQUEST,COGNITO_USER_POOLS")],
    ["/type", "COGNITO_USER_POOLS", bad("ProviderARNs cannot be empty")],
    ["/name", "", bad("Authorizer name cannot be blank")],
    ["/authorizerUri", "", wrongUri("null")],
    ...["", "x", "-1", "1e2", "3601", undefined].map((value): [string, string | undefined, string] => [
      "/authorizerResultTtlInSeconds",
      value,
      bad("Authorizer result TTL outside allowable range. TTL must be between 0 and 3600 seconds."),
    ]),
  ])("refuses %s %j", (path, value, words) => {
    const { tx, update } = open();
    const before = everything(tx);
    expect(refusalOf(() => update([replace(path, value)]))).toBe(words);
    expect(everything(tx)).toEqual(before);
  });

  it("refuses another one's name", () => {
    const { context, restApiId, update } = open();
    CreateAuthorizer({ restApiId, ...cognito }, context);
    expect(update([replace("/name", "asks")])).toMatchObject({ name: "asks" });
    expect(refusalOf(() => update([replace("/name", "users")]))).toBe(
      bad("Authorizer name must be unique. Authorizer users already exists in this RestApi."),
    );
  });
});
