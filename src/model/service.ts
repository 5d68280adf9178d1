/**
 * The service's operations, read from the official SDK's own schemas: names, HTTP bindings, inputs and outputs. Nothing
 * here is written by hand, so nothing here can be forgotten or misspelt.
 */
import * as sdk from "@aws-sdk/client-api-gateway";
import { NormalizedSchema } from "@smithy/core/schema";

/** The SDK's aggregated client has one method an operation, beside a few of the client's own. */
type ClientMethods = Omit<sdk.APIGateway, keyof sdk.APIGatewayClient | `paginate${string}` | `waitUntil${string}`>;
type MethodName = keyof ClientMethods;
/** The last of a method's overloads, which names both its input and its output. */
type Overload<I, O> = (input: I, options: never, callback: (error: never, data?: O) => void) => void;
type InputOf<M> = M extends Overload<infer I, never> ? I : never;
type OutputOf<M> = M extends (input: never, options: never, callback: (error: never, data?: infer O) => void) => void
  ? O
  : never;

/** `"UpdateStage"`, `"CreateRestApi"` and so on. */
export type OperationName = Capitalize<MethodName>;

/** Required members are present once validation has passed: the SDK types them as `T | undefined`, without a `?`. */
type Validated<T> = {
  readonly [K in keyof T]: object extends Pick<T, K> ? Wire<T[K]> | undefined : Member<Exclude<T[K], undefined>>;
};

/** The SDK takes a payload in many forms; it arrives as bytes. */
type Member<T> = ArrayBuffer extends T ? Uint8Array : Wire<T>;

/**
 * An SDK type as the wire and the store have it: dates are epoch seconds, enums are strings, payloads are bytes,
 * everything is read-only.
 */
export type Wire<T> = T extends Date
  ? number
  : T extends string
    ? string
    : T extends Uint8Array
      ? Uint8Array
      : T extends number | boolean | undefined | null
        ? T
        : T extends readonly (infer E)[]
          ? readonly Wire<E>[]
          : T extends object
            ? string extends keyof T
              ? { readonly [K in keyof T]: Wire<T[K]> | null }
              : { readonly [K in keyof T]?: Wire<Exclude<T[K], undefined>> | undefined }
            : never;

/** The operation's input, parsed and validated. */
export type Input<N extends OperationName> = Validated<InputOf<ClientMethods[Uncapitalize<N>]>>;

/** The operation's output, as its handler returns it. */
export type Output<N extends OperationName> = Wire<Omit<OutputOf<ClientMethods[Uncapitalize<N>]>, "$metadata">>;

export type PatchOperation = Wire<sdk.PatchOperation>;

/** One operation of the service. */
export interface Operation {
  readonly name: OperationName;
  /** HTTP method. */
  readonly method: string;
  /** URI template, e.g. `/restapis/{restApiId}/stages/{stageName}`. */
  readonly path: string;
  /** Query that the URI template demands, e.g. `mode=import`; empty for most. */
  readonly query: string;
  /** Status of a successful reply. */
  readonly status: number;
  readonly input: NormalizedSchema;
  readonly output: NormalizedSchema;
}

/** A static operation schema: [9, namespace, name, traits, input, output]. */
type OperationSchema = readonly [
  9,
  string,
  OperationName,
  { readonly http: readonly [string, string, number] },
  never,
  never,
];

/** Members of outputs, all of them texts, that the service's model has and this SDK's schemas do not. Other clients page by them. */
export const unlistedMembers: Partial<Readonly<Record<OperationName, string>>> = { GetSdkTypes: "position" };

/** A static structure schema: [3, namespace, name, traits, members, their schemas]. */
type StructureSchema = readonly [3, string, string, never, readonly string[], readonly never[]];

const textSchema = 0;

function outputOf(name: OperationName, schema: never): NormalizedSchema {
  const output = NormalizedSchema.of(schema);
  const member = unlistedMembers[name];
  if (member === undefined) return output;
  const [kind, namespace, shape, traits, members, schemas] = output.getSchema() as unknown as StructureSchema;
  return NormalizedSchema.of([kind, namespace, shape, traits, [...members, member], [...schemas, textSchema]]);
}

const isOperationSchema = (value: unknown): value is OperationSchema => Array.isArray(value) && value[0] === 9;

/** All 124 operations, by name. */
export const operations: ReadonlyMap<OperationName, Operation> = new Map(
  (Object.values(sdk) as readonly unknown[]).filter(isOperationSchema).map(([, , name, { http }, input, output]) => {
    const [method, uri, status] = http;
    const [path = "", query = ""] = uri.split("?");
    return [
      name,
      { name, method, path, query, status, input: NormalizedSchema.of(input), output: outputOf(name, output) },
    ];
  }),
);
