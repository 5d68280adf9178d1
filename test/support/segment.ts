/** Reads X-Ray segment documents as strictly as they are written down: each member by its name, type and form. */

type Check = (value: unknown, at: string) => void;

const fail = (at: string, value: unknown): never => {
  throw new Error(`${at} may not be ${JSON.stringify(value)}`);
};

const matching =
  (form: RegExp): Check =>
  (value, at) => {
    if (typeof value !== "string" || !form.test(value)) fail(at, value);
  };

const text = matching(/^[^]{0,2048}$/);
const spanId = matching(/^[0-9a-f]{16}$/);
const name = matching(/^[\p{L}\p{N}\p{Z}_.:/%&#=+\\\-@]{1,200}$/u);

const typed =
  (type: "boolean" | "number"): Check =>
  (value, at) => {
    if (typeof value !== type || (type === "number" && !(Number(value) >= 0))) fail(at, value);
  };
const yes: Check = (value, at) => {
  if (value !== true) fail(at, value);
};
/** Epoch seconds, and not milliseconds. */
const time: Check = (value, at) => {
  if (typeof value !== "number" || value < 1e9 || value > 1e10) fail(at, value);
};

/** An object with these members and no others; a name that ends in `?` may be absent. */
const shape =
  (members: Readonly<Record<string, Check>>): Check =>
  (value, at) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) fail(at, value);
    const left = new Map(Object.entries(value as object));
    for (const [key, check] of Object.entries(members)) {
      const plain = key.replace("?", "");
      if (left.has(plain)) check(left.get(plain), `${at}.${plain}`);
      else if (plain === key) fail(`${at}.${key}`, undefined);
      left.delete(plain);
    }
    for (const key of left.keys()) fail(`${at}.${key}`, "there");
  };

const listOf =
  (check: Check): Check =>
  (value, at) => {
    if (!Array.isArray(value) || value.length === 0) fail(at, value);
    (value as readonly unknown[]).forEach((each, index) => check(each, `${at}[${index}]`));
  };

const outcome = { "error?": yes, "fault?": yes, "throttle?": yes };

const subsegment = shape({
  id: spanId,
  name,
  namespace: matching(/^(aws|remote)$/),
  start_time: time,
  end_time: time,
  http: shape({ request: shape({ method: text, url: text }), "response?": shape({ status: typed("number") }) }),
  ...outcome,
});

const segment = shape({
  id: spanId,
  trace_id: matching(/^1-[0-9a-f]{8}-[0-9a-f]{24}$/),
  "parent_id?": spanId,
  name,
  start_time: time,
  end_time: time,
  origin: matching(/^AWS::ApiGateway::Stage$/),
  resource_arn: matching(/^arn:aws:apigateway:[a-z0-9-]+::\/restapis\/[a-z0-9]+\/stages\/[\w-]+$/),
  http: shape({
    request: shape({
      method: text,
      url: text,
      client_ip: text,
      x_forwarded_for: typed("boolean"),
      "user_agent?": text,
    }),
    "response?": shape({ status: typed("number"), content_length: typed("number") }),
  }),
  ...outcome,
  "cause?": shape({ exceptions: listOf(shape({ id: spanId, type: text, message: text })) }),
  aws: shape({
    "xray?": shape({ sampling_rule_name: text }),
    api_gateway: shape({
      account_id: matching(/^\d{12}$/),
      rest_api_id: matching(/^[a-z0-9]+$/),
      stage: matching(/^[\w-]+$/),
      request_id: matching(/^[0-9a-f-]{36}$/),
    }),
  }),
  annotations: shape({ "aws:api_id": text, "aws:api_stage": text }),
  metadata: shape({ default: shape({ extended_request_id: text, request_id: text }) }),
  "subsegments?": listOf(subsegment),
});

/** A segment document of ours, as far as tests look into it. */
export interface ReadSegment {
  readonly id: string;
  readonly trace_id: string;
  readonly parent_id?: string;
  readonly name: string;
  readonly start_time: number;
  readonly end_time: number;
  readonly http: {
    readonly request: Readonly<Record<string, unknown>>;
    readonly response?: { readonly status: number; readonly content_length: number };
  };
  readonly aws: {
    readonly xray?: { readonly sampling_rule_name: string };
    readonly api_gateway: Readonly<Record<string, string>>;
  };
  readonly subsegments?: readonly {
    readonly id: string;
    readonly name: string;
    readonly start_time: number;
    readonly end_time: number;
    readonly http: { readonly request: object; readonly response?: { readonly status: number } };
  }[];
}

/** Throws for what is no segment document, or one that says what cannot be. */
export function readSegment(json: string): ReadSegment {
  const document: unknown = JSON.parse(json);
  segment(document, "segment");
  const read = document as ReadSegment;
  if (read.end_time < read.start_time) fail("segment.end_time", read.end_time);
  for (const { start_time: start, end_time: end } of read.subsegments ?? []) {
    if (end < start || start < read.start_time || end > read.end_time) fail("subsegment.end_time", end);
  }
  return read;
}
