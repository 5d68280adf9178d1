/** What a Lambda authorizer's function is asked with (facts/runtime.md 18; AWS, "Input to an API Gateway Lambda authorizer"). */
import { contextValue } from "../context.ts";
import { contextKeys, identityKeys } from "../context-keys.ts";
import { portOf } from "../integrate/http.ts";
import { fromHeaderValue } from "../headers.ts";
import type { Invocation } from "../invocation.ts";
import { methodArn } from "../method-arn.ts";
import { parameterNames } from "../route.ts";
import { decodePercent } from "../url.ts";
import type { LambdaAuthorizer } from "./program.ts";

type Texts = Readonly<Record<string, string>>;
type Lists = Readonly<Record<string, readonly string[]>>;

export type LambdaEvent = Readonly<Record<string, unknown>>;

/** Both forms that events have of names with values: the last one of each, and all. `__proto__` is a name like any other. */
function mapsOf(pairs: readonly (readonly [string, string])[]): { readonly last: Texts; readonly all: Lists } {
  const all = new Map<string, string[]>();
  for (const [name, value] of pairs) {
    const values = all.get(name);
    if (values === undefined) all.set(name, [value]);
    else values.push(value);
  }
  return {
    last: Object.fromEntries([...all].map(([name, values]) => [name, values.at(-1) ?? ""])),
    all: Object.fromEntries(all),
  };
}

/** Headers of the connection, which no event has (facts/runtime.md 17). */
const ofConnection: ReadonlySet<string> = new Set(["connection", "content-length", "transfer-encoding"]);
const ofGateway: ReadonlySet<string> = new Set([
  "x-amzn-trace-id",
  "x-forwarded-for",
  "x-forwarded-port",
  "x-forwarded-proto",
]);

/** The client's headers as they were spelt, and those that the gateway puts to a request. */
function headerPairs({ exchange, traceId }: Invocation): readonly (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  const forwarded: string[] = [];
  let host = "";
  for (let i = 0; i < exchange.headers.length; i += 2) {
    const name = exchange.headers[i] as string;
    const value = fromHeaderValue(exchange.headers[i + 1] as string);
    const lowerName = name.toLowerCase();
    if (lowerName === "host") host = value;
    if (lowerName === "x-forwarded-for") forwarded.push(value);
    if (!ofConnection.has(lowerName) && !ofGateway.has(lowerName)) pairs.push([name, value]);
  }
  return [
    ...pairs,
    ["X-Amzn-Trace-Id", traceId],
    ["X-Forwarded-For", [...forwarded, exchange.remoteAddress].join(", ")],
    ["X-Forwarded-Port", portOf(host)],
    ["X-Forwarded-Proto", "http"],
  ];
}

/** What templates write is none of a function's business. */
const notInEvents: ReadonlySet<string> = new Set(["identity", "requestOverride", "responseOverride"]);
const contextMembers = contextKeys.filter((key) => !notInEvents.has(key));

function requestContext(invocation: Invocation): LambdaEvent {
  const members = contextMembers.map((name) => [name, contextValue(invocation, name)] as const);
  const identity = identityKeys.map((name) => [name, contextValue(invocation, `identity.${name}`)] as const);
  const apiKey = contextValue(invocation, "identity.apiKey");
  return {
    ...Object.fromEntries(members),
    requestTimeEpoch: invocation.exchange.startedAt,
    identity: { ...Object.fromEntries(identity), ...(apiKey !== null && { apiKey }) },
  };
}

/** Below the stage; by a custom domain name as it was sent, with its base path. */
const pathOf = ({ basePath, exchange, path }: Invocation): string =>
  basePath === undefined ? path || "/" : exchange.path;

function requestEvent(invocation: Invocation): LambdaEvent {
  const { exchange, method, captures, query, variant } = invocation;
  const headers = mapsOf(headerPairs(invocation));
  const parameters = mapsOf([...query].flatMap(([name, values]) => values.map((value) => [name, value] as const)));
  const names = parameterNames(method.resource.path);
  return {
    type: "REQUEST",
    methodArn: methodArn(invocation),
    resource: method.resource.path,
    path: pathOf(invocation),
    httpMethod: method.verb || exchange.method,
    headers: headers.last,
    multiValueHeaders: headers.all,
    queryStringParameters: parameters.last,
    multiValueQueryStringParameters: parameters.all,
    pathParameters: Object.fromEntries(captures.map((value, place) => [names[place] ?? "", decodePercent(value)])),
    stageVariables: { ...variant.variables },
    requestContext: requestContext(invocation),
  };
}

/** The event; throws the `Refusal` of a method whose ARN is too long. `identity`: what the caller showed. */
export const eventOf = ({ type }: LambdaAuthorizer, invocation: Invocation, identity: string): LambdaEvent =>
  type === "TOKEN"
    ? { type, methodArn: methodArn(invocation), authorizationToken: identity }
    : requestEvent(invocation);
