/** What a method's RequestValidator has checked (facts/mapping.md 8), compiled once a deployment. */
import type { MethodDocument, SnapshotDocument } from "../model/documents.ts";
import { Schemas } from "../model/json-schema/schema.ts";
import { type ParameterLocation, parseMethodParameter } from "../model/mapping-expression.ts";
import { headerOf } from "./exchange.ts";
import type { Invocation } from "./invocation.ts";
import { mediaTypeOf } from "./media-type.ts";
import { parameterNames } from "./route.ts";

/** A parameter that a request must have. */
export interface RequiredParameter {
  readonly name: string;
  readonly isPresent: (invocation: Invocation) => boolean;
}

export interface ValidationProgram {
  /** Sorted by name. */
  readonly required: readonly RequiredParameter[];
  /** Models by media type, lower-case, or `$default`; undefined when bodies are not checked. */
  readonly models: ReadonlyMap<string, string> | undefined;
  readonly schemas: Schemas;
}

const isFilled = (value: string | undefined): boolean => value !== undefined && value.trim() !== "";

type IsPresent = (name: string, path: string) => RequiredParameter["isPresent"];

/** Names of headers are compared as HTTP does, in any case. */
const isPresentIn: Readonly<Record<ParameterLocation, IsPresent>> = {
  header: (name) => {
    const lowerName = name.toLowerCase();
    return ({ exchange }) => isFilled(headerOf(exchange.headers, lowerName));
  },
  querystring:
    (name) =>
    ({ query }) =>
      query.get(name)?.some(isFilled) === true,
  path: (name, path) => {
    const place = parameterNames(path).indexOf(name);
    return ({ captures }) => isFilled(captures[place]);
  },
};

function requiredOf({ requestParameters = {} }: MethodDocument, path: string): readonly RequiredParameter[] {
  const required: RequiredParameter[] = [];
  for (const [key, isRequired] of Object.entries(requestParameters)) {
    const parameter = isRequired ? parseMethodParameter(key) : undefined;
    if (parameter === undefined) continue;
    const { name, location } = parameter;
    required.push({ name, isPresent: isPresentIn[location](name, path) });
  }
  return required.sort((a, b) => (a.name < b.name ? -1 : 1));
}

const anyType = "$default";

function modelsOf({ requestModels = {} }: MethodDocument): ReadonlyMap<string, string> | undefined {
  const models = new Map(
    Object.entries(requestModels).map(([key, model]) => [key === anyType ? key : mediaTypeOf(key), model]),
  );
  return models.size === 0 ? undefined : models;
}

/** The schemas of a deployment's Models, which its methods share. */
export function schemasOf({ models = [] }: SnapshotDocument): Schemas {
  const texts = new Map(models.map(({ name, schema }) => [name, schema]));
  return new Schemas((name) => texts.get(name));
}

/** Undefined when nothing of the method's requests is checked. `path`: the Resource's. */
export function compileValidation(
  method: MethodDocument,
  path: string,
  { requestValidators = [] }: SnapshotDocument,
  schemas: Schemas,
): ValidationProgram | undefined {
  const validator = requestValidators.find(({ id }) => id === method.requestValidatorId);
  if (validator === undefined) return undefined;
  const required = validator.validateRequestParameters ? requiredOf(method, path) : [];
  const models = validator.validateRequestBody ? modelsOf(method) : undefined;
  return required.length === 0 && models === undefined ? undefined : { required, models, schemas };
}

/** The Model that a body of this type must follow; undefined when it need not follow any. */
export const modelFor = (models: ReadonlyMap<string, string>, mediaType: string): string | undefined =>
  models.get(mediaType) ?? models.get(anyType);
