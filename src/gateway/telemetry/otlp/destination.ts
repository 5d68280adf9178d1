/**
 * Where OpenTelemetry data goes: OTLP over HTTP in its JSON encoding, named by OpenTelemetry's own variables. Written by
 * hand: the official SDK aggregates by instruments of its own, per request, what we have counted already, and the
 * encoding is a few small objects.
 */
import { randomUUID } from "node:crypto";
import { limits } from "../../../limits.ts";
import { type Environment, readServiceUrl, SettingRefused } from "../../../settings.ts";
import { attributesOf, type OtlpAttribute } from "./encoding.ts";

export type OtlpSignal = "traces" | "metrics";

export interface OtlpDestination {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds. */
  readonly timeout: number;
  /** Of the resource that all data is of: this process. */
  readonly resource: { readonly attributes: readonly OtlpAttribute[] };
}

/** `name=value,name=value`, percent-encoded. */
function pairsOf(variable: string, text: string): Record<string, string> {
  const pairs: Record<string, string> = {};
  for (const part of text.split(",")) {
    if (part.trim() === "") continue;
    const mark = part.indexOf("=");
    try {
      if (mark < 1) throw new Error("there is no name");
      pairs[part.slice(0, mark).trim()] = decodeURIComponent(part.slice(mark + 1).trim());
    } catch (error) {
      throw new SettingRefused(`${variable} must be name=value,name=value, percent-encoded`, { cause: error });
    }
  }
  return pairs;
}

function endpointOf(env: Environment, signal: OtlpSignal): string | undefined {
  const own = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`;
  const common = "OTEL_EXPORTER_OTLP_ENDPOINT";
  const name = env[own] ? own : common;
  const text = readServiceUrl(env, name);
  if (text === undefined) return undefined;
  const { username, password } = new URL(text);
  if (username !== "" || password !== "") {
    throw new SettingRefused(`${name} must be without user and password: headers can have them`);
  }
  // A signal's own endpoint is used as it is; the common one is a folder.
  return name === own ? text : `${text.replace(/\/+$/, "")}/v1/${signal}`;
}

export const isDisabled = (env: Environment): boolean => env["OTEL_SDK_DISABLED"]?.toLowerCase() === "true";

/** Whether this data is for another exporter alone, or for none: a list of names, with `otlp` by default. */
const goesElsewhere = (names: string): boolean =>
  names.trim() !== "" &&
  !names
    .split(",")
    .map((name) => name.trim())
    .includes("otlp");

/** Variables that can ask for what is not there: by the end of their names, what can be had, and what to do instead. */
const choices: readonly (readonly [suffix: string, taken: readonly string[], instead: string])[] = [
  // Receivers take both encodings on one port.
  ["PROTOCOL", ["http/json", "http/protobuf"], "name the receiver's HTTP port, often 4318"],
  ["TEMPORALITY_PREFERENCE", ["cumulative"], "a collector's processor cumulativetodelta can make the others of it"],
  ["CERTIFICATE", ["unset"], "Node trusts what NODE_EXTRA_CA_CERTS names"],
  ["CLIENT_CERTIFICATE", ["unset"], "who sends is told by headers alone"],
];

/** Reads a variable by the end of its name: the signal's own, else the common one. */
type Read = (suffix: string) => readonly [name: string, text: string];

function refuseOtherChoices(read: Read): void {
  for (const [suffix, taken, instead] of choices) {
    const [name, text] = read(suffix);
    if (text === "" || taken.includes(text.toLowerCase())) continue;
    throw new SettingRefused(`${name} must be ${taken.join(" or ")}, not ${JSON.stringify(text)}: ${instead}`);
  }
}

/** Unlike that of any other process: their counts are not to be taken for ours. */
const instanceId = randomUUID();

/** Throws for what no request could have. */
function headersOf(name: string, text: string): Readonly<Record<string, string>> {
  try {
    return Object.fromEntries(new Headers(pairsOf(name, text)));
  } catch (error) {
    if (error instanceof SettingRefused) throw error;
    throw new SettingRefused(`${name} has something that cannot be in a header`, { cause: error });
  }
}

/** Undefined when OpenTelemetry data of this kind goes nowhere. Throws a `SettingRefused` for what cannot be read. */
export function otlpDestination(env: Environment, signal: OtlpSignal): OtlpDestination | undefined {
  const upper = signal.toUpperCase();
  if (isDisabled(env) || goesElsewhere(env[`OTEL_${upper}_EXPORTER`] ?? "")) return undefined;
  const url = endpointOf(env, signal);
  if (url === undefined) return undefined;
  const read: Read = (suffix) => {
    const own = `OTEL_EXPORTER_OTLP_${upper}_${suffix}`;
    return env[own] ? [own, env[own]] : [`OTEL_EXPORTER_OTLP_${suffix}`, env[`OTEL_EXPORTER_OTLP_${suffix}`] ?? ""];
  };
  refuseOtherChoices(read);
  const [, timeout] = read("TIMEOUT");
  const attributes = pairsOf("OTEL_RESOURCE_ATTRIBUTES", env["OTEL_RESOURCE_ATTRIBUTES"] ?? "");
  const service = env["OTEL_SERVICE_NAME"] || attributes["service.name"] || "stagewright";
  return {
    url,
    headers: { ...headersOf(...read("HEADERS")), "content-type": "application/json" },
    timeout: /^[1-9]\d{0,8}$/.test(timeout) ? Number(timeout) : limits.metricsRequestTimeout,
    resource: {
      attributes: attributesOf({ "service.instance.id": instanceId, ...attributes, "service.name": service }),
    },
  };
}

/** The scope that all our data is of. */
export const otlpScope = { name: "stagewright" } as const;

/** A request that was not taken. */
export class OtlpFailure extends Error {
  override readonly name = "OtlpFailure";
  /** Whether it may be taken another time. */
  readonly passing: boolean;

  constructor(message: string, passing: boolean) {
    super(message);
    this.passing = passing;
  }
}

/** Statuses after which a request is tried again. */
const passingStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** How many of what was sent were not taken. */
function rejectedOf(body: unknown): number {
  const { partialSuccess } = (body ?? {}) as { partialSuccess?: Readonly<Record<string, unknown>> };
  const count = Number(partialSuccess?.["rejectedSpans"] ?? partialSuccess?.["rejectedDataPoints"] ?? 0);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

/** Sends one request; resolves with how many of its items were rejected. Rejects with an `OtlpFailure`, or a network error. */
export async function sendOtlp(
  { url, headers, timeout }: OtlpDestination,
  body: string,
  signal: AbortSignal,
): Promise<number> {
  const response = await fetch(url, {
    method: "POST",
    headers,
    body,
    redirect: "error",
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeout)]),
  });
  const text = await response.text();
  if (!response.ok) {
    throw new OtlpFailure(`${url} answered ${response.status}`, passingStatuses.has(response.status));
  }
  try {
    return rejectedOf(JSON.parse(text || "{}"));
  } catch {
    // Who answers protobuf all the same has taken everything.
    return 0;
  }
}
