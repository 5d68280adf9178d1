/** Random patch lists for a Stage: mostly legal ones, so that long lists get somewhere, and everything that is not. */
import * as fc from "fast-check";
import type { KnownValue, ReferenceOperation } from "./stage-reference.ts";

const list = (text: string): readonly string[] => text.trim().split(/\s+/);

const numbers: readonly KnownValue[] = [
  ...list("0 1 -1 -2 300 3600 3601 100 2147483647 2147483648").map((text) => ({
    text,
    integer: Number(text),
    double: Number(text),
  })),
  ...list("10.5 100.0 100.1 -0.5 1e2 0.5 1.6 1.0 2.0").map((text) => ({ text, double: Number(text) })),
  { text: "-0", integer: 0, double: 0 },
];

const words = list(`true TRUE false yes NaN 1e999 0x10 null undefined __proto__ constructor OFF ERROR INFO info
  FAIL_WITH_403 SUCCEED_WITH_RESPONSE_HEADER dep001 dep002 dep003 dep004 cert01 cert02 a;b é
  $context.requestId $context.requestIdx arn:aws:logs:us-east-1:123456789012:log-group:access
  arn:aws:logs:us-east-1:123456789012:log-group:access:* arn:aws:firehose:us-east-1:123456789012:deliverystream/a
  arn:aws:firehose:us-east-1:123456789012:deliverystream/amazon-apigateway-a
  {"a":"1","__proto__":"2"} {"b":"3"} {} {"a":1} [] {"a-b":"1"}`);

const spaced = ["", " ", " 5", "a b:/?#&=,~.-_", "line\nend", "nul\u0000", "v".repeat(512), "v".repeat(513)];
const logFormats = ["$context.extendedRequestId\n", "$context.requestId\n$context.path"];

const knownValues: readonly KnownValue[] = [
  { text: undefined },
  ...numbers,
  ...[...words, ...spaced, ...logFormats].map((text) => ({ text })),
];

const leaves = list(`metrics/enabled logging/dataTrace logging/loglevel throttling/burstLimit throttling/rateLimit
  caching/enabled caching/ttlInSeconds caching/dataEncrypted caching/requireAuthorizationForCacheControl
  caching/unauthorizedCacheControlHeaderStrategy metrics x/y`);

const methods = list(`/*/* /pets/GET /~1pets/GET /pets~1{id}/PUT /pets/{id}/PUT /~1/GET /methodSettings/*/*
  /methodSettings/pets/GET /methodSettings/GET /variables/GET /*/GET /pets/* /pets/ANY /pets/get //GET /GET pets/GET
  /canarySettings/POST /accessLogSettings/PATCH /a/variables/DELETE /~1*/*`);

const members = list(`/deploymentId /description /documentationVersion /clientCertificateId /tracingEnabled
  /cacheClusterEnabled /cacheClusterSize /accessLogSettings /accessLogSettings/format /accessLogSettings/destinationArn
  /accessLogSettings/other /variables /canarySettings /canarySettings/deploymentId /canarySettings/percentTraffic
  /canarySettings/useStageCache /canarySettings/stageVariableOverrides /canarySettings/other /stageName / null
  deploymentId`);

const names = [...list("a b __proto__ constructor a~1b a-b"), "n".repeat(65), ""];
const below = (map: string) => fc.constantFrom(...names).map((name) => `${map}/${name}`);

const path = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...members) },
  { weight: 2, arbitrary: below("/variables") },
  { weight: 2, arbitrary: below("/canarySettings/stageVariableOverrides") },
  { weight: 1, arbitrary: fc.constantFrom(...methods) },
  {
    weight: 4,
    arbitrary: fc.tuple(fc.constantFrom(...methods), fc.constantFrom(...leaves)).map((both) => both.join("/")),
  },
);

const canaryDeployment = "/canarySettings/deploymentId";
const canaryOverrides = "/canarySettings/stageVariableOverrides";

const anyOperation: fc.Arbitrary<ReferenceOperation> = fc.record({
  op: fc.oneof(
    { weight: 6, arbitrary: fc.constant("replace") },
    { weight: 2, arbitrary: fc.constant("remove") },
    { weight: 1, arbitrary: fc.constantFrom("add", "copy", "move", "test") },
  ),
  path,
  value: fc.constantFrom(...knownValues),
  from: fc.constantFrom(canaryDeployment, canaryOverrides, "/deploymentId", undefined),
});

const legal = (op: string, at: string, text?: string, from?: string): ReferenceOperation => ({
  op,
  path: at,
  value: knownValues.find((known) => known.text === text) ?? { text },
  from,
});

const legalOperation: fc.Arbitrary<ReferenceOperation> = fc.constantFrom(
  legal("replace", "/canarySettings/percentTraffic", "10.5"),
  legal("replace", "/canarySettings/deploymentId", "dep002"),
  legal("replace", "/canarySettings/stageVariableOverrides/a", "300"),
  legal("replace", "/canarySettings/stageVariableOverrides/__proto__", "1"),
  legal("remove", "/canarySettings"),
  legal("copy", "/deploymentId", undefined, canaryDeployment),
  legal("copy", "/variables", undefined, canaryOverrides),
  legal("replace", "/deploymentId", "dep003"),
  legal("replace", "/variables/a", "100"),
  legal("add", "/variables/constructor", "100"),
  legal("remove", "/variables/a"),
  legal("replace", "/*/*/throttling/rateLimit", "10.5"),
  legal("replace", "/*/*/logging/loglevel", "OFF"),
  legal("replace", "/pets/GET/caching/ttlInSeconds", "300"),
  legal("replace", "/~1pets/GET/metrics/enabled", "true"),
  legal("remove", "/*/*"),
  legal("remove", "/pets/GET"),
  legal("replace", "/cacheClusterEnabled", "true"),
  legal("replace", "/cacheClusterEnabled", "false"),
  legal("replace", "/cacheClusterSize", "1.6"),
  legal("replace", "/accessLogSettings/format", "$context.requestId"),
  legal("remove", "/accessLogSettings"),
  legal("replace", "/description", "line\nend"),
  legal("replace", "/description", ""),
);

/** One patch list. */
export const patchLists: fc.Arbitrary<ReferenceOperation[]> = fc.oneof(
  fc.array(legalOperation, { maxLength: 8 }),
  fc.array(fc.oneof(legalOperation, anyOperation), { maxLength: 4 }),
);
