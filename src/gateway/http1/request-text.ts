/** The head of a request to a backend. */
import type { UpstreamRequest } from "../transport.ts";
import { isTarget, isToken } from "./characters.ts";
import { fieldText, UnsendableFields } from "./field-text.ts";

/** Methods whose requests say that they have no body when they have none (RFC 9110 8.6). */
const methodsWithBody = new Set(["POST", "PUT", "PATCH"]);

function framing({ method, body }: UpstreamRequest): string {
  if (body === undefined) return methodsWithBody.has(method) ? "Content-Length: 0\r\n" : "";
  return body.length < 0 ? "Transfer-Encoding: chunked\r\n" : `Content-Length: ${body.length}\r\n`;
}

/** The whole head with its empty line. Throws `UnsendableFields` when HTTP cannot carry what is asked. */
export function requestText(request: UpstreamRequest): string {
  const { method, target } = request;
  if (!isToken(method) || method === "CONNECT") throw new UnsendableFields(`method ${JSON.stringify(method)}`);
  if (!isTarget(target) || (target.charCodeAt(0) !== 47 && target !== "*")) {
    throw new UnsendableFields(`target ${JSON.stringify(target)}`);
  }
  return `${method} ${target} HTTP/1.1\r\n${fieldText(request.headers)}${framing(request)}\r\n`;
}
