/**
 * A request to an operation's input. Compiled once an operation from the SDK's bindings: labels of the path, query,
 * headers, the JSON body or the raw payload.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import { Fault } from "../../errors.ts";
import { headerOf } from "../../gateway/exchange.ts";
import type { HeaderList } from "../../gateway/transport.ts";
import { limits } from "../../limits.ts";
import { numberKindOf } from "../../model/constraints.ts";
import type { Operation } from "../../model/service.ts";
import { labelNames } from "../route.ts";
import { parseJson, serializationFault } from "./json.ts";
import { parseQuery, type QueryPairs } from "./query.ts";
import { type MemberReader, memberReaders, readMembers } from "./values.ts";

/** The parts of a request that inputs are made of. */
export interface RequestParts {
  /** Decoded, in the order of the URI template. */
  readonly labels: readonly string[];
  /** As sent, without `?`. */
  readonly query: string;
  readonly headers: HeaderList;
  readonly body: Buffer;
}

/** Throws a SerializationException, a BadRequestException or an UnsupportedMediaTypeException. */
export type ReadInput = (request: RequestParts) => Record<string, unknown>;

interface Bindings {
  readonly httpLabel?: unknown;
  readonly httpQuery?: string;
  readonly httpQueryParams?: unknown;
  readonly httpHeader?: string;
  readonly httpPayload?: unknown;
}

type Target = Record<string, unknown>;
type Step = (request: RequestParts, pairs: QueryPairs, target: Target) => void;

/** Names that are also understood: the service's own links say `deployment_id` (facts/stage.md 1.2). */
const queryAliases: Readonly<Record<string, string>> = {
  deploymentId: "deployment_id",
  domainNameId: "domain_name_id",
};

/** Compiles the reader of an operation's input. */
export function inputReader(operation: Operation): ReadInput {
  const { input } = operation;
  if (!input.isStructSchema()) return () => ({});
  const members = [...input.structIterator()];
  const bindings = new Map(members.map(([name, schema]) => [name, schema.getMergedTraits() as Bindings]));
  const bound = (name: string) => bindings.get(name) ?? {};
  const shape = input.getName() ?? "";
  const inBody = memberReaders(
    shape,
    members.filter(([name]) => Object.keys(bound(name)).every((trait) => !trait.startsWith("http"))),
  );
  const steps: Step[] = labelSteps(operation);
  for (const [name, schema] of members) {
    const step = memberStep(name, schema, shape, bound(name), reservedNames(operation, [...bindings.values()]));
    if (step !== undefined) steps.push(step);
  }
  return (request) => {
    const pairs = parseQuery(request.query);
    const target: Target = {};
    for (const step of steps) step(request, pairs, target);
    if (inBody.length > 0) readBody(inBody, request, target);
    return target;
  };
}

const labelSteps = (operation: Operation): Step[] =>
  labelNames(operation).map((name, index) => (request, _pairs, target) => {
    target[name] = request.labels[index];
  });

function memberStep(
  name: string,
  schema: NormalizedSchema,
  shape: string,
  bound: Bindings,
  reserved: ReadonlySet<string>,
): Step | undefined {
  if (bound.httpPayload !== undefined) return ({ body }, _pairs, target) => void (target[name] = body);
  if (bound.httpHeader !== undefined) {
    const header = bound.httpHeader.toLowerCase();
    return ({ headers }, _pairs, target) => {
      const value = headerOf(headers, header);
      if (value !== undefined) target[name] = value;
    };
  }
  if (bound.httpQueryParams !== undefined) return (_request, pairs, target) => readRest(pairs, reserved, name, target);
  if (bound.httpQuery === undefined) return undefined;
  return queryStep(name, bound.httpQuery, schema, shape);
}

/** Query names that are not free-form parameters: bound ones, the template's own, and those of a presigned URL. */
function reservedNames(operation: Operation, bindings: readonly Bindings[]): ReadonlySet<string> {
  const bound = bindings.flatMap(({ httpQuery }) => (httpQuery === undefined ? [] : [httpQuery]));
  return new Set([...bound, operation.query.split("=")[0] ?? ""]);
}

function readRest(pairs: QueryPairs, reserved: ReadonlySet<string>, name: string, target: Target): void {
  const rest = pairs.filter(([key]) => !reserved.has(key) && !/^x-amz-/i.test(key));
  if (rest.length > 0) target[name] = Object.fromEntries(rest.toReversed());
}

function queryStep(name: string, wire: string, schema: NormalizedSchema, shape: string): Step {
  const alias = queryAliases[wire];
  const isWanted = (key: string) => key === wire || (alias !== undefined && key === alias);
  if (schema.isListSchema()) {
    return (_request, pairs, target) => {
      const values = pairs.filter(([key]) => isWanted(key)).map(([, value]) => value);
      if (values.length > 0) target[name] = values;
    };
  }
  const read = queryValueReader(schema, shape, name);
  return (_request, pairs, target) => {
    const pair = pairs.find(([key]) => isWanted(key));
    if (pair !== undefined) target[name] = read(pair[1]);
  };
}

function queryValueReader(schema: NormalizedSchema, shape: string, name: string): (text: string) => unknown {
  // Anything but true counts as false, silently (facts/control.md 0.1).
  if (schema.isBooleanSchema()) return (text) => text.toLowerCase() === "true";
  if (!schema.isNumericSchema()) return (text) => text;
  const kind = numberKindOf(shape, name);
  return (text) => {
    if (/^[+-]?\d{1,9}$/.test(text)) return Number(text);
    throw serializationFault(`class java.lang.String can not be converted to an ${kind}`);
  };
}

/** Media types of a JSON body; none given counts as JSON too. */
const jsonTypes = new Set([
  "application/json",
  "application/x-amz-json-1.0",
  "application/x-amz-json-1.1",
  "application/hal+json",
]);

function readBody(members: readonly MemberReader[], { body, headers }: RequestParts, target: Target): void {
  if (body.length === 0) return;
  const given = headerOf(headers, "content-type");
  const mediaType = given?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (mediaType !== "" && !jsonTypes.has(mediaType)) {
    const shown = mediaType.slice(0, limits.echoedValue);
    throw new Fault("UnsupportedMediaTypeException", `The content type must be application/json, not ${shown}`);
  }
  readMembers(members, parseJson(body), target);
}
