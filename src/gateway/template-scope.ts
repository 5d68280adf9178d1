/** What a template starts with: `$input`, `$context`, `$util` and `$stageVariables` of one request (facts/mapping.md 4). */
import type { MappingSide } from "../model/mapping-expression.ts";
import { authorizerLatency } from "./authorizers/context.ts";
import { contextValue } from "./context.ts";
import { contextKeys, identityKeys } from "./context-keys.ts";
import { fromHeaderValue, headerRuleOf } from "./headers.ts";
import type { Invocation } from "./invocation.ts";
import { parameterNames } from "./route.ts";
import { decodePercent } from "./url.ts";
import { Input, type InputSource, util } from "./vtl/builtins.ts";
import type { Scope } from "./vtl/compile.ts";
import { Run } from "./vtl/run.ts";
import { type Key, type Value, VtlMap } from "./vtl/value.ts";

/** A map of `$context`: it prints nothing as a whole, and templates cannot change it. */
class ContextMap extends VtlMap {
  override readonly isOpaque = true;

  override put(key: Key, _value: Value): Value {
    return this.get(key);
  }

  override remove(key: Key): Value {
    return this.get(key);
  }
}

/** A map of `$context` that templates write into. */
class OverrideMap extends VtlMap {
  override readonly isOpaque = true;
}

const overrideOf = (...locations: readonly string[]): VtlMap =>
  new OverrideMap(new Map(locations.map((location) => [location, new OverrideMap()])));

/** What the templates of a request set beside their output: both sides see and change the same (facts/mapping.md 5). */
export class Overrides {
  readonly request: VtlMap = overrideOf("header", "path", "querystring");
  readonly response: VtlMap = overrideOf("header");
  /** What printing all of them may take. */
  readonly printing = new Run([]);
}

/** Keys that are there only when they have a value. */
const optionalKeys = ["awsEndpointRequestId", "isCanaryRequest", "wafResponseCode", "webaclArn"] as const;
const optionalIdentityKeys = ["apiKey", "apiKeyId", "vpcId", "vpceId"] as const;

/** Variables that are no texts. */
const typed: Readonly<Record<string, (text: string) => Value>> = {
  isCanaryRequest: (text) => text === "true",
  requestTimeEpoch: Number,
};

function identityOf(invocation: Invocation): VtlMap {
  const entries = new Map<Key, Value>(identityKeys.map((key) => [key, contextValue(invocation, `identity.${key}`)]));
  for (const key of optionalIdentityKeys) {
    const value = contextValue(invocation, `identity.${key}`);
    if (value !== null) entries.set(key, value);
  }
  return new ContextMap(entries);
}

/** What the authorizer said; an open method has nothing of it (facts/mapping.md 2). */
function authorizerOf(invocation: Invocation): VtlMap | undefined {
  const { result } = invocation.authorizer?.outcome ?? {};
  if (result === undefined) return undefined;
  const entries = new Map<Key, Value>(result.context);
  if (result.principalId !== undefined) entries.set("principalId", result.principalId);
  if (result.claims !== undefined) entries.set("claims", new ContextMap(new Map<Key, Value>(result.claims)));
  const latency = authorizerLatency(invocation);
  if (latency !== undefined) entries.set("integrationLatency", Number(latency));
  return new ContextMap(entries);
}

function contextOf(invocation: Invocation): VtlMap {
  const { request, response } = (invocation.overrides ??= new Overrides());
  const entries = new Map<Key, Value>();
  for (const key of [...contextKeys, ...optionalKeys]) {
    const text = contextValue(invocation, key);
    if (text !== null) entries.set(key, typed[key]?.(text) ?? text);
    else if (key === "identity") entries.set(key, identityOf(invocation));
    else if (key === "requestOverride") entries.set(key, request);
    else if (key === "responseOverride") entries.set(key, response);
  }
  const authorizer = authorizerOf(invocation);
  if (authorizer !== undefined) entries.set("authorizer", authorizer);
  return new ContextMap(entries);
}

/**
 * The request's parameters; of several of one name the last (facts/mapping.md 3). Names keep their case; some headers are
 * not seen (facts/runtime.md 12.1).
 */
class RequestInput implements InputSource {
  readonly #invocation: Invocation;
  readonly #side: MappingSide;
  #params: VtlMap | undefined = undefined;

  constructor(invocation: Invocation, side: MappingSide) {
    this.#invocation = invocation;
    this.#side = side;
  }

  /** A MOCK has no endpoint, and so no body on its response side. */
  get body(): string {
    const { requestBody, endpointBodyRead } = this.#invocation;
    return (this.#side === "request" ? requestBody : endpointBodyRead)?.text ?? "{}";
  }

  get params(): VtlMap {
    return (this.#params ??= new VtlMap(
      new Map([
        ["path", this.#path()],
        ["querystring", this.#query()],
        ["header", this.#headers()],
      ]),
    ));
  }

  #path(): VtlMap {
    const { captures, method } = this.#invocation;
    const names = parameterNames(method.resource.path);
    return new VtlMap(new Map(names.map((name, place) => [name, decodePercent(captures[place] ?? "")])));
  }

  #query(): VtlMap {
    const entries = new Map<Key, Value>();
    for (const [name, values] of this.#invocation.query) entries.set(name, values.at(-1) ?? "");
    return new VtlMap(entries);
  }

  #headers(): VtlMap {
    const entries = new Map<Key, Value>();
    const { headers } = this.#invocation.exchange;
    for (let i = 0; i < headers.length; i += 2) {
      const name = headers[i] as string;
      if (headerRuleOf(name)?.readable !== false) entries.set(name, fromHeaderValue(headers[i + 1] as string));
    }
    return new VtlMap(entries);
  }
}

/** The names that a request or response template of a request knows. */
export const scopeOf =
  (invocation: Invocation, side: MappingSide): Scope =>
  (name) => {
    switch (name) {
      case "input":
        return new Input(new RequestInput(invocation, side));
      case "context":
        return contextOf(invocation);
      case "util":
        return util;
      case "stageVariables":
        return new VtlMap(new Map(Object.entries(invocation.variant.variables)));
      default:
        return null;
    }
  };
