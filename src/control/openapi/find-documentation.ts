/**
 * What documentation says of an entity (facts/control.md 16): the content of the part whose location fits it best, and of
 * no other. A path goes before a method, a method before a status code.
 */
import { limits } from "../../limits.ts";
import type { DocumentationLocationDocument, DocumentationPartDocument } from "../../model/documents.ts";
import { isObject, isText, isTextList, type JsonObject } from "../../model/json.ts";
import { compact } from "../../model/record.ts";
import { contentOf, locationKey } from "../operations/documentation-checks.ts";
import { type Documented, tooLargeToExport } from "./export-parts.ts";

type Test = (value: unknown) => boolean;
const isFlag: Test = (value) => typeof value === "boolean";
const isListOfObjects: Test = (value) => Array.isArray(value) && value.every(isObject);

/** Members that OpenAPI itself has, by the type of what is documented; a value of another kind is not taken over. */
const attributes: Readonly<Record<string, Readonly<Record<string, Test>>>> = {
  API: { tags: isListOfObjects, externalDocs: isObject },
  /** The member `info` of an API's content. A title and a version are the RestApi's own. */
  INFO: { description: isText, termsOfService: isText, contact: isObject, license: isObject },
  AUTHORIZER: { description: isText },
  MODEL: { title: isText, description: isText, externalDocs: isObject },
  METHOD: { tags: isTextList, summary: isText, description: isText, externalDocs: isObject, deprecated: isFlag },
  PATH_PARAMETER: { description: isText },
  QUERY_PARAMETER: { description: isText },
  REQUEST_HEADER: { description: isText },
  REQUEST_BODY: { description: isText },
  RESPONSE: { description: isText },
  RESPONSE_HEADER: { description: isText },
};

/** An owner's own extension. Ours are never taken from documentation: they would stand for settings. */
const isOwnExtension = (key: string): boolean => /^x-(?!amazon-apigateway-)/i.test(key);

function documentedAs(type: string, content: JsonObject): Documented {
  const known = Object.entries(attributes[type] ?? {}).filter(
    ([key, holds]) => Object.hasOwn(content, key) && holds(content[key]),
  );
  return {
    attributes: Object.fromEntries(known.map(([key]) => [key, content[key]])),
    extensions: Object.fromEntries(Object.entries(content).filter(([key]) => isOwnExtension(key))),
  };
}

/** `/`, `/pets` and `/pets/{id}` for `/pets/{id}`. */
function prefixesOf(path: string): readonly string[] {
  const segments = path.split("/").filter((segment) => segment !== "");
  return ["/", ...segments.map((_, index) => `/${segments.slice(0, index + 1).join("/")}`)];
}

/** Content is inherited by what is below a path by every type but these. */
const bound = new Set(["API", "AUTHORIZER", "MODEL", "RESOURCE"]);

/** The locations that a part may have to fit this one, the most specific last. */
function fittingLocations(location: DocumentationLocationDocument): readonly DocumentationLocationDocument[] {
  const { type, path, method, statusCode } = location;
  if (bound.has(type) || path === undefined) return [location];
  const methods = method === undefined ? [undefined] : ["*", method];
  const statusCodes = statusCode === undefined ? [undefined] : ["*", statusCode];
  return prefixesOf(path).flatMap((prefix) =>
    methods.flatMap((verb) =>
      statusCodes.map((code) => compact({ type, path: prefix, method: verb, statusCode: code, name: location.name })),
    ),
  );
}

export interface Documentation {
  /** What is said of an entity. Its location has all the fields that its type has. */
  readonly of: (location: DocumentationLocationDocument) => Documented;
  readonly ofInfo: () => Documented;
}

/**
 * Prepares the parts for being asked about every entity of a RestApi. Asking throws a BadRequestException when that comes
 * to more than an export may have: what is said of every method is there in each of them.
 */
export function findDocumentation(parts: readonly DocumentationPartDocument[]): Documentation {
  const byLocation = new Map(
    parts.map(({ location, properties }) => [
      locationKey(location),
      { content: contentOf(properties) ?? {}, size: properties.length },
    ]),
  );
  let spent = 0;
  const contentFor = (location: DocumentationLocationDocument): JsonObject => {
    if (byLocation.size === 0) return {};
    const key = fittingLocations(location)
      .map(locationKey)
      .findLast((fitting) => byLocation.has(fitting));
    const found = key === undefined ? undefined : byLocation.get(key);
    if (found === undefined) return {};
    spent += found.size;
    if (spent > limits.exportDocumentation) throw tooLargeToExport();
    return found.content;
  };
  return {
    of: (location) => documentedAs(location.type, contentFor(location)),
    ofInfo: () => {
      const { info } = contentFor({ type: "API" });
      return documentedAs("INFO", isObject(info) ? info : {});
    },
  };
}

/** Whether what a part says may be there in many entities. */
export const isInherited = ({ type, path, method }: DocumentationLocationDocument): boolean =>
  !bound.has(type) && (path === "/" || method === "*");
