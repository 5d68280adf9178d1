/** The management API that a command speaks to, by the official SDK: which one, with whose key, and what its refusals mean. */
import { APIGateway, APIGatewayServiceException } from "@aws-sdk/client-api-gateway";
import { isLoopback, settingsTable } from "../settings.ts";
import type { CommandOptions } from "./command.ts";
import { CommandFailed } from "./failure.ts";

/** Options of every command that speaks to a management API. */
export const controlOptions = {
  "endpoint-url": {
    type: "string",
    empty: true,
    value: "URL",
    help: `the management API; else AWS_ENDPOINT_URL_API_GATEWAY, AWS_ENDPOINT_URL, or http://127.0.0.1:${settingsTable.controlPort.default}`,
  },
  region: {
    type: "string",
    empty: true,
    value: "NAME",
    help: "that calls are signed for; else AWS_REGION, AWS_DEFAULT_REGION, or us-east-1",
  },
  json: { type: "boolean", help: "JSON for programs" },
} as const satisfies CommandOptions;

export interface ControlValues {
  readonly "endpoint-url"?: string;
  readonly region?: string;
}

export interface Control {
  readonly client: APIGateway;
  /**
   * Waits longer, and tries nothing again: for what takes a while, and for what must not be done twice, since its answer may
   * be what was lost.
   */
  readonly once: APIGateway;
  readonly endpoint: URL;
  readonly region: string;
  readonly close: () => void;
}

/** Milliseconds. What takes a while, such as an import of a large definition, has the longer one. */
const connectionTimeout = 10_000;
const requestTimeout = 20_000;
const longTimeout = 120_000;
/** Of one request that nothing was answered to. */
const attempts = 2;

function endpointOf(values: ControlValues, env: NodeJS.ProcessEnv): URL {
  const fallback = `http://127.0.0.1:${settingsTable.controlPort.default}`;
  const named = [
    ["--endpoint-url", values["endpoint-url"]],
    ["AWS_ENDPOINT_URL_API_GATEWAY", env["AWS_ENDPOINT_URL_API_GATEWAY"]],
    ["AWS_ENDPOINT_URL", env["AWS_ENDPOINT_URL"]],
  ] as const;
  const [name, text] = named.find(([, value]) => value !== undefined && value !== "") ?? ["", fallback];
  const url = URL.canParse(text ?? "") ? new URL(text ?? "") : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new CommandFailed(`${name} must be an address such as ${fallback}, not ${JSON.stringify(text)}.`);
  }
  return url;
}

/** The server's own key, where nothing else is said; anywhere but on this machine the SDK looks for one as ever. */
function credentialsFor({ hostname }: URL, env: NodeJS.ProcessEnv) {
  const isNamed = env["AWS_ACCESS_KEY_ID"] || env["AWS_PROFILE"] || env["AWS_WEB_IDENTITY_TOKEN_FILE"];
  if (isNamed || !isLoopback(hostname)) return {};
  const credentials = {
    accessKeyId: settingsTable.accessKeyId.default,
    secretAccessKey: settingsTable.secretAccessKey.default,
  };
  return { credentials };
}

function regionOf({ region: typed }: ControlValues, env: NodeJS.ProcessEnv): string {
  const region = typed || env["AWS_REGION"] || env["AWS_DEFAULT_REGION"] || settingsTable.region.default;
  if (/^[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i.test(region)) return region;
  throw new CommandFailed(`${JSON.stringify(region)} is no region. Name one as in --region us-east-1.`);
}

export function connect(values: ControlValues, env: NodeJS.ProcessEnv): Control {
  const endpoint = endpointOf(values, env);
  const region = regionOf(values, env);
  const clientOf = (timeout: number, maxAttempts: number): APIGateway =>
    new APIGateway({
      endpoint: endpoint.href,
      region,
      maxAttempts,
      requestHandler: { connectionTimeout, requestTimeout: timeout, throwOnRequestTimeout: true },
      ...credentialsFor(endpoint, env),
    });
  const client = clientOf(requestTimeout, attempts);
  const once = clientOf(longTimeout, 1);
  const close = (): void => {
    client.destroy();
    once.destroy();
  };
  return { client, once, endpoint, region, close };
}

/** Refusals of who calls, before what is called. */
const credentialNames = /Signature|Token|Credential|UnrecognizedClient|AccessDenied|AuthFailure|Expired/;

/** What the gateway, or something else altogether, answers in place of a management API. */
const foreignNames: ReadonlySet<string> = new Set([
  "ForbiddenException",
  "Unknown",
  "UnknownError",
  "UnknownOperationException",
  "APIGatewayServiceException",
]);

const unreachable: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EPIPE",
  "ETIMEDOUT",
  "TimeoutError",
]);

interface Answered {
  readonly $metadata: { readonly httpStatusCode?: number };
}

/** Whether there was an answer, readable or not. */
const isAnswered = (error: Error): error is Error & Answered => "$metadata" in error;

function foreign(origin: string, status: number, cause: unknown): CommandFailed {
  const how = status === 0 ? "" : ` (status ${status})`;
  const message = `${origin} does not answer as API Gateway does${how}. Name the management API with --endpoint-url.`;
  return new CommandFailed(message, 2, { cause });
}

/** What has no list where API Gateway has one, even an empty one, is something else. */
export function listOf<T>({ endpoint }: Control, items: T[] | undefined): T[] {
  if (items === undefined) throw foreign(endpoint.origin, 200, undefined);
  return items;
}

/** What is needed once before logs, and no command of ours does. */
const setsLogRole = (origin: string): string =>
  `. Set one, such as:\n  aws apigateway update-account --endpoint-url ${origin} --patch-operations \\\n` +
  "    op=replace,path=/cloudwatchRoleArn,value=arn:aws:iam::000000000000:role/logs";

function refusedCall(error: Error & Answered, { origin }: URL): CommandFailed {
  const { name, message } = error;
  const status = error.$metadata.httpStatusCode ?? 0;
  const cause = { cause: error };
  if (status === 403 && /valid region/.test(message)) {
    return new CommandFailed(`${origin} is of another region. Name the one it was started with by --region.`, 2, cause);
  }
  if (status === 403 && credentialNames.test(name)) {
    return new CommandFailed(
      `${origin} does not take the access key: ${message}\n` +
        "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY to the pair that the server was started with.",
      2,
      cause,
    );
  }
  const isForeign =
    !(error instanceof APIGatewayServiceException) ||
    foreignNames.has(name) ||
    /^\d*$/.test(name) ||
    message === "UnknownError";
  if (isForeign) {
    return foreign(origin, status, error);
  }
  const hint = /role ARN must be set in account settings/.test(message) ? setsLogRole(origin) : "";
  return new CommandFailed(message === "" ? name : message + hint, status >= 500 ? 1 : 2, cause);
}

function explained(error: unknown, endpoint: URL): CommandFailed | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name } = error;
  const code = "code" in error && typeof error.code === "string" ? error.code : name;
  if (unreachable.has(code)) {
    return new CommandFailed(
      `Nothing answers at ${endpoint.origin} (${code}). Start the server with: npm start\n` +
        "Where it has another address, name that with --endpoint-url.",
      2,
      { cause: error },
    );
  }
  if (name === "CredentialsProviderError") {
    return new CommandFailed(
      `No access key is known for ${endpoint.origin}. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`,
      2,
      { cause: error },
    );
  }
  return isAnswered(error) ? refusedCall(error, endpoint) : undefined;
}

/** An error as whoever typed the command is told of it; one of our own mistakes stays what it is. */
export function explain(error: unknown, endpoint: URL): unknown {
  return error instanceof CommandFailed ? error : (explained(error, endpoint) ?? error);
}
