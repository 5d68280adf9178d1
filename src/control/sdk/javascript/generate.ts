/**
 * The JavaScript SDK: a client in the shape that users of the service know, `apigClientFactory.newClient(…)` with one
 * method an operation. `lib/` goes into every SDK as it stands; only apigClient.js and the README are written here.
 */
import { readFileSync } from "node:fs";
import type { SdkFiles } from "../archive.ts";
import type { SdkDescription, SdkOperation } from "../describe.ts";
import { camelCase, UniqueNames, wordsOf } from "../names.ts";
import { literal, plainText } from "../literal.ts";
import { fillTemplate } from "../template.ts";

const folder = "apiGateway-js-sdk";
const core = "lib/apiGatewayCore";
/** In the order in which a page loads them. */
const libraries = ["sha256", "utils", "sigV4Client", "simpleHttpClient", "apiGatewayClient"].map((name) => ({
  path: `${core}/${name}.js`,
  text: readFileSync(new URL(`./lib/${name}.js`, import.meta.url), "utf8"),
}));
const readme = readFileSync(new URL("./README.template.md", import.meta.url), "utf8");

/** A client with a method `then` would be taken for a promise, and some every object has. */
const reserved = ["then", ...Object.getOwnPropertyNames(Object.prototype)];

interface NamedOperation {
  readonly name: string;
  readonly operation: SdkOperation;
}

/** The operation's own name, else that of its path and verb: `petsPetIdGet`, and `rootGet` for `/`. */
function wantedName({ operationName = "", path, verb }: SdkOperation): string {
  const own = wordsOf(operationName);
  if (own.length > 0) return camelCase(own);
  const words = wordsOf(path);
  return camelCase([...(words.length > 0 ? words : ["root"]), verb.toLowerCase()]);
}

function namedOperations(operations: readonly SdkOperation[]): readonly NamedOperation[] {
  const names = new UniqueNames(reserved);
  return operations.map((operation) => ({ name: names.take(wantedName(operation)), operation }));
}

function method({ name, operation: { verb, path, parameters } }: NamedOperation): string {
  const fields = parameters.map(
    ({ name: of, place, required }) =>
      `        { name: ${literal(of)}, place: ${literal(place)}, required: ${String(required)} },\n`,
  );
  const list = fields.length === 0 ? "[]" : `[\n${fields.join("")}      ]`;
  return `    client.${name} = invoker({
      verb: ${literal(verb)},
      path: ${literal(path)},
      parameters: ${list},
    });
`;
}

const client = ({ invokeUrl, region }: SdkDescription, operations: readonly NamedOperation[]): string => `\
/* Generated. A method is called with (params, body, additionalParams) and gives a promise; see README.md. */
var apigClientFactory = (function (apiGatewayClient) {
  "use strict";

  function newClient(config) {
    var invoke = apiGatewayClient.newInvoker(
      { invokeUrl: ${literal(invokeUrl)}, region: ${literal(region)} },
      config,
    );
    var invoker = function (operation) {
      return function (params, body, additionalParams) {
        return invoke(operation, params, body, additionalParams);
      };
    };
    var client = {};

${operations.map(method).join("\n")}
    return client;
  }

  return { newClient: newClient };
})(
  typeof module === "object" && module.exports
    ? require("./${core}/apiGatewayClient.js")
    : globalThis.apiGateway.core.apiGatewayClient,
);
if (typeof module === "object" && module.exports) module.exports = apigClientFactory;
`;

/** Older modules, whatever the package says that this one is unpacked into. */
const packageJson = `${JSON.stringify({ name: "api-gateway-js-sdk", private: true, type: "commonjs", main: "apigClient.js" }, undefined, 2)}\n`;

function row({ name, operation: { verb, path, parameters } }: NamedOperation): string {
  const names = parameters.map(({ name: of, required }) => `\`${plainText(of)}\`${required ? "" : " (optional)"}`);
  return `| \`${name}\` | \`${verb} ${plainText(path)}\` | ${names.join(", ")} |\n`;
}

function readmeOf({ apiName, stageName, invokeUrl }: SdkDescription, operations: readonly NamedOperation[]): string {
  const scripts = [...libraries.map(({ path }) => path), "apigClient.js"];
  const parts = {
    API: plainText(apiName),
    STAGE: plainText(stageName),
    URL: invokeUrl,
    SCRIPTS: scripts.map((path) => `<script src="${path}"></script>`).join("\n"),
    METHOD: operations[0]?.name ?? "rootGet",
    METHODS: operations.map(row).join("").trimEnd(),
  };
  return fillTemplate(readme, parts);
}

/** The files of the SDK. */
export function javascriptSdk(description: SdkDescription): SdkFiles {
  const operations = namedOperations(description.operations);
  return new Map([
    [`${folder}/apigClient.js`, client(description, operations)],
    [`${folder}/package.json`, packageJson],
    [`${folder}/README.md`, readmeOf(description, operations)],
    ...libraries.map(({ path, text }) => [`${folder}/${path}`, text] as const),
  ]);
}
