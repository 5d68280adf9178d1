/** A gateway whose methods an authorizer guards, in front of a Lambda of the test's own. */
import { onTestFinished } from "vitest";
import { createUpstream } from "../../src/gateway/integrate/upstream.ts";
import type { AuthorizerDocument, MethodDocument, SnapshotDocument } from "../../src/model/documents.ts";
import {
  type Answer,
  type FixtureInput,
  type GatewayFixture,
  gatewayOf,
  named,
  snapshotOf,
} from "./gateway-fixture.ts";
import { lambdaOfTest, type LambdaService } from "./lambda-service.ts";
import { poolArn, type UserPoolService, userPoolsOfTest } from "./user-pool-service.ts";

export const invocationUri = (name: string, region = "us-east-1"): string =>
  `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/arn:aws:lambda:${region}:123456789012:function:${name}/invocations`;

export const authorizerOf = (input: Partial<AuthorizerDocument> = {}): AuthorizerDocument => ({
  id: "auth01",
  name: "asks",
  type: "TOKEN",
  authorizerUri: invocationUri("asks"),
  identitySource: "method.request.header.Auth",
  authorizerResultTtlInSeconds: 0,
  ...input,
});

/** Answers `ok`, unless another template is given; for callers whom the authorizer lets through. */
export const guarded = (input: Partial<MethodDocument> = {}, template = "ok"): MethodDocument => ({
  ...named(template),
  authorizationType: "CUSTOM",
  authorizerId: "auth01",
  ...input,
});

export interface GuardedOptions extends Partial<FixtureInput> {
  readonly authorizer?: Partial<AuthorizerDocument>;
  readonly methods?: Parameters<typeof snapshotOf>[0];
  readonly restApi?: Parameters<typeof snapshotOf>[1];
  readonly snapshot?: Partial<SnapshotDocument>;
}

export interface GuardedGateway extends GatewayFixture {
  readonly lambda: LambdaService;
  /** Sends this as the token. */
  readonly show: (token?: string, path?: string) => Promise<Answer>;
}

/** `GET /` and `GET /other`, unless the options have others. */
export async function guardedGateway(options: GuardedOptions = {}): Promise<GuardedGateway> {
  const { authorizer, methods, restApi, snapshot, ...rest } = options;
  const lambda = await lambdaOfTest();
  const upstream = createUpstream();
  onTestFinished(() => upstream.close());
  const paths = methods ?? { "/": { GET: guarded() }, "/other": { GET: guarded() } };
  const dep001 = { ...snapshotOf(paths, restApi), authorizers: [authorizerOf(authorizer)], ...snapshot };
  const gateway = gatewayOf({ snapshots: { dep001 }, upstream, env: lambda.env, ...rest });
  const show: GuardedGateway["show"] = (token, path = "/") =>
    gateway.ask({ path, headers: token === undefined ? [] : ["Auth", token] });
  return { ...gateway, lambda, show };
}

const cognito = {
  type: "COGNITO_USER_POOLS",
  providerARNs: [poolArn],
  identitySource: "method.request.header.Authorization",
} as const;

export interface PoolGateway extends GatewayFixture {
  readonly pools: UserPoolService;
  readonly show: (token?: string, path?: string) => Promise<Answer>;
}

/** `GET /` for ID tokens, `GET /scoped` for access tokens with one of two scopes. */
export async function poolGateway({
  authorizer,
  methods,
  restApi,
  ...rest
}: GuardedOptions = {}): Promise<PoolGateway> {
  const pools = await userPoolsOfTest();
  const upstream = createUpstream();
  onTestFinished(() => upstream.close());
  const method = { authorizationType: "COGNITO_USER_POOLS" };
  const paths = methods ?? {
    "/": { GET: guarded(method) },
    "/scoped": { GET: guarded({ ...method, authorizationScopes: ["pets/read", "pets/write"] }) },
  };
  const dep001 = { ...snapshotOf(paths, restApi), authorizers: [authorizerOf({ ...cognito, ...authorizer })] };
  const gateway = gatewayOf({ snapshots: { dep001 }, upstream, env: pools.env, ...rest });
  const show: PoolGateway["show"] = (token, path = "/") =>
    gateway.ask({ path, headers: token === undefined ? [] : ["Authorization", token] });
  return { ...gateway, pools, show };
}
