/** Which URI an Integration of each type may have (facts/control.md 5, facts/mapping.md 7). */
import { badRequest } from "../../errors.ts";
import { limits } from "../../limits.ts";
import type { IntegrationType } from "../../model/documents.ts";

/** `${stageVariables.x}` and `{pathParameter}`: filled in for every request, so checked as if they were one letter. */
const placeholders = /\$\{stageVariables\.\w+\}|(?<!\$)\{[a-zA-Z0-9._:$+-]+\}/g;
/**
 * Any other `${…}` is no reference, nor is one that is spelt wrong: both stay as they are (facts/runtime.md 11). A host
 * with one would be none, so there it is refused.
 */
const untouched = /\$\{[!-z|~]*\}/g;
const authorityAndRest = /^([a-z]+:\/\/[^/?#]*)(.*)$/is;
/** No blanks, controls or backslashes, which an URL parser takes out or turns round without a word; ASCII alone. */
const plainHttp = /^https?:\/\/(?!\/)[!-[\]-~]+$/i;

function isHttpUrl(uri: string): boolean {
  // A letter stands for a name, a digit for a port: one of the two must make a URL.
  return ["x", "1"].some((stand) => {
    const filled = uri.replace(placeholders, stand);
    const [, authority = filled, rest = ""] = authorityAndRest.exec(filled) ?? [];
    const plain = authority + rest.replace(untouched, stand);
    return plainHttp.test(plain) && !plain.includes("{") && !plain.includes("}") && URL.canParse(plain);
  });
}

function checkHttpUri(uri: string): void {
  if (!isHttpUrl(uri)) throw badRequest("Invalid HTTP endpoint specified for URI");
}

/** The parts of `arn:aws:apigateway:{region}:{service}:{path|action}/{…}`; `service` may have a subdomain in front. */
export interface IntegrationArn {
  readonly service: string;
  readonly kind: "path" | "action";
  readonly target: string;
}

const arn = /^arn:aws[a-z-]*:apigateway:[^:\s]*:([^:\s]+):(\S*)$/;

/** The parts of an Integration's ARN; throws in the service's words when it has them not. */
export function parseIntegrationArn(uri: string): IntegrationArn {
  const [, service, rest] = arn.exec(uri) ?? [];
  if (service === undefined || rest === undefined || /[^!-~]/.test(uri)) {
    throw badRequest("Invalid ARN specified in the request");
  }
  const [, kind, target] = /^(path|action)\/(.+)$/.exec(rest) ?? [];
  if ((kind !== "path" && kind !== "action") || target === undefined) {
    throw badRequest("AWS ARN for integration must contain path or action");
  }
  return { service, kind, target };
}

const lambdaTarget = /^\d{4}-\d{2}-\d{2}\/functions\/.+\/(?:response-streaming-)?invocations$/;

/** Whether the ARN invokes a Lambda function; such an Integration needs no role. */
export const invokesLambda = (parsed: IntegrationArn): boolean =>
  parsed.service === "lambda" && parsed.kind === "path" && lambdaTarget.test(parsed.target);

function checkProxyArn(parsed: IntegrationArn): void {
  if (!invokesLambda(parsed) && parsed.service !== "firehose") {
    throw badRequest(
      "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
    );
  }
}

const checks: Readonly<Record<IntegrationType, (uri: string) => void>> = {
  HTTP: checkHttpUri,
  HTTP_PROXY: checkHttpUri,
  AWS: parseIntegrationArn,
  AWS_PROXY: (uri) => checkProxyArn(parseIntegrationArn(uri)),
  MOCK: () => {},
};

/** Throws a BadRequestException when the URI does not suit the type. */
export function checkUri(type: IntegrationType, uri: string | undefined): void {
  // A URI that is too long is treated as an empty one, which no type but MOCK allows.
  checks[type](uri === undefined || uri.length > limits.integrationUriLength ? "" : uri);
}
