/** What an export says of a RestApi before it is written in one version of OpenAPI or the other. */
import { badRequest, type Fault } from "../../errors.ts";
import type {
  DocumentationPartDocument,
  DocumentationVersionDocument,
  SnapshotDocument,
} from "../../model/documents.ts";
import type { JsonObject } from "../../model/json.ts";
import type { StringMap } from "../../model/record.ts";

/** What is exported: a stage with the deployment that it runs. */
export interface ExportSource {
  readonly snapshot: SnapshotDocument;
  readonly stageName: string;
  readonly region: string;
  /** The documentation that the stage shows; undefined for none. */
  readonly documentation:
    | { readonly version: DocumentationVersionDocument; readonly parts: readonly DocumentationPartDocument[] }
    | undefined;
}

/** What documentation adds to an entity: members that OpenAPI has, and `x-` members of the owner's own. */
export interface Documented {
  readonly attributes: JsonObject;
  readonly extensions: JsonObject;
}

export interface ParameterPart {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly documented: Documented;
}

/** Models by content type. */
export interface BodyPart {
  readonly models: StringMap;
  readonly documented: Documented;
}

export interface HeaderPart {
  readonly name: string;
  readonly required: boolean;
  readonly documented: Documented;
}

export interface ResponsePart extends BodyPart {
  readonly statusCode: string;
  readonly headers: readonly HeaderPart[];
}

export interface OperationPart {
  readonly operationId: string | undefined;
  readonly documented: Documented;
  /** Content types that requests and answers come in, as far as anyone said so. */
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  readonly parameters: readonly ParameterPart[];
  readonly body: BodyPart | undefined;
  readonly responses: readonly ResponsePart[];
  /** One requirement each, all of which hold. */
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly extensions: JsonObject;
}

export interface RootPart {
  readonly info: { readonly title: string; readonly description?: string; readonly version: string };
  readonly infoDocumented: Documented;
  readonly documented: Documented;
  /** `a1b2c3d4e5.execute-api.us-east-1.amazonaws.com` */
  readonly host: string;
  readonly stageName: string;
  /** `x-amazon-apigateway-endpoint-configuration`; empty when nothing in it is worth saying. */
  readonly endpoint: JsonObject;
  readonly paths: JsonObject;
  readonly schemas: JsonObject;
  readonly securitySchemes: JsonObject;
  readonly extensions: JsonObject;
}

/** Writes one version of OpenAPI: where its members are, and in which order the service has them. */
export interface OpenApiWriter {
  /** `/definitions/`: where a Model's schema stands, as a JSON pointer. */
  readonly schemaPlace: string;
  /** Keywords of a schema in the order in which they are written; others follow. */
  readonly schemaOrder: readonly string[];
  /** Verbs of a path in the order in which they are written. */
  readonly verbs: readonly string[];
  /** The Models of a body that the version has room for. */
  readonly modelsOf: (models: StringMap) => readonly string[];
  readonly writeOperation: (operation: OperationPart) => JsonObject;
  readonly writeRoot: (root: RootPart) => JsonObject;
}

/** The refusal of an export that would be longer than it may be, or take longer. */
export const tooLargeToExport = (): Fault => badRequest("The API is too large to export");

/** A reference to a Model's schema. */
export const schemaReference = ({ schemaPlace }: Pick<OpenApiWriter, "schemaPlace">, model: string): JsonObject => ({
  $ref: `#${schemaPlace}${model}`,
});

/** The object with these keys in front, as far as it has them; the others keep their order. */
export function inOrder(object: JsonObject, keys: readonly string[]): JsonObject {
  const front = keys.filter((key) => Object.hasOwn(object, key)).map((key) => [key, object[key]] as const);
  const rest = Object.entries(object).filter(([key]) => !keys.includes(key));
  return Object.fromEntries([...front, ...rest]);
}
