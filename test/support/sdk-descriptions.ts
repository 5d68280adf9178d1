/** APIs that SDKs are generated of: a plain one, a hostile one, and any. */
import * as fc from "fast-check";
import type { SdkDescription, SdkModel, SdkOperation, SdkParameter } from "../../src/control/sdk/describe.ts";

export const operationOf = (operation: Partial<SdkOperation> = {}): SdkOperation => ({
  verb: "GET",
  path: "/",
  operationName: undefined,
  parameters: [],
  requestModel: undefined,
  responseModel: undefined,
  ...operation,
});

export const descriptionOf = (description: Partial<SdkDescription> = {}): SdkDescription => ({
  apiName: "pets",
  stageName: "prod",
  region: "us-east-1",
  invokeUrl: "http://127.0.0.1:8080/_aws/execute-api/abc/prod",
  operations: [],
  models: [],
  ...description,
});

/** What would do harm in a string, a comment, a file name, a page or a class of some language. */
export const hostileTexts: readonly string[] = [
  "*/ globalThis.harmed = true; /*",
  '"; globalThis.harmed = true; "',
  "'+(globalThis.harmed=true)+'",
  "${globalThis.harmed=true}",
  "`);globalThis.harmed=true;(`",
  "\n globalThis.harmed = true //",
  "\r\u2028\u2029 globalThis.harmed = true //",
  "</script><script>globalThis.harmed=true</script>",
  "\\u002a\\u002f class Harm {} \\u002f\\u002a",
  "\\u000a } class Harm {} //",
  '\\" + Harm.now() + \\"',
  "\\",
  "../../../etc/passwd",
  "..\\..\\harm",
  "/etc/passwd",
  "C:\\harm",
  "CON",
  "\u0000",
  "\ud800",
  "__proto__",
  "constructor",
  "toString",
  "then",
  "class",
  "Class",
  "getClass",
  "wait",
  "notify",
  "String",
  "Object",
  "List",
  "Json",
  "Builder",
  "ApiRequest",
  "new",
  "null",
  "_",
  "1st",
  "",
  " ",
  "é",
  "日本",
  "x".repeat(3_000),
  "body",
  "query",
  "header",
  "path",
  "value",
  "json",
  "made",
  "transport",
  "request",
];

const placesOf = ["path", "query", "header"] as const;

/** Every text in every place where a caller's text can be. */
export function hostileDescription(): SdkDescription {
  const parameters: SdkParameter[] = hostileTexts
    .filter((name) => name !== "")
    .flatMap((name, index) => placesOf.slice(1).map((place) => ({ name, place, required: index % 2 === 0 })));
  const schema = {
    type: "object",
    properties: Object.fromEntries(
      hostileTexts.map((name, index) => [name, index % 4 === 0 ? { properties: { [name]: {} } } : { type: "string" }]),
    ),
    description: hostileTexts.join("\n"),
  };
  const names = [
    "pet",
    "String",
    "Class",
    "Builder",
    "GetApiRootRequest",
    "Error",
    "Override",
    "System",
    "Record",
    "1st",
  ];
  const models: SdkModel[] = [
    { name: "Pet", schema: JSON.stringify(schema) },
    ...names.map((name) => ({ name, schema: '{"properties":{"a":{}}}' })),
  ];
  const operations = hostileTexts.flatMap((text, index) => {
    const model = names[index % names.length];
    return [
      operationOf({ operationName: text, path: `/{${text}}`, requestModel: model, responseModel: model }),
      operationOf({ path: `/${text}`, verb: "POST", parameters: [{ name: text, place: "path", required: true }] }),
    ];
  });
  operations.push(operationOf({ path: "/all", parameters, requestModel: "Pet" }));
  return descriptionOf({ apiName: hostileTexts.join(" "), operations, models });
}

const anyText = fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: "binary" }));

/** Any description, its Models aside. */
export const anyDescription: fc.Arbitrary<SdkDescription> = fc
  .record({
    apiName: anyText,
    operations: fc.array(
      fc.record({
        verb: fc.constantFrom("GET", "POST"),
        path: anyText.map((text) => `/${text}`),
        operationName: fc.option(anyText, { nil: undefined }),
        parameters: fc.array(
          fc.record({ name: anyText, place: fc.constantFrom(...placesOf), required: fc.boolean() }),
          { maxLength: 4 },
        ),
        requestModel: fc.constant(undefined),
        responseModel: fc.constant(undefined),
      }),
      { maxLength: 5 },
    ),
  })
  .map(descriptionOf);
