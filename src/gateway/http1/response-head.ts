/** The head of a backend's answer (RFC 9112 4), read strictly. */
import { isNamed } from "./characters.ts";
import { Fields, keepsAlive, readFields, readLength } from "./fields.ts";
import { refusals } from "./refusals.ts";

export interface ResponseHead {
  readonly status: number;
  readonly headers: readonly string[];
  /** Bytes of the body as declared, -1 when it is chunked or lasts until the connection closes. */
  readonly bodyLength: number;
  readonly chunked: boolean;
  /** Whether another request may follow on the connection, as far as the head says. */
  readonly keepAlive: boolean;
  /** Seconds that the backend says it keeps an idle connection, or -1 (the field Keep-Alive). */
  readonly keepAliveSeconds: number;
}

/** Three digits after the version; the phrase is optional and means nothing. */
const statusLine = /^HTTP\/1\.([01]) ([1-9][0-9]{2})(?: [\t\x20-\x7e\x80-\xff]*)?$/;

/** Reads a whole head, `text` ending before the empty line. Answers what is wrong with it as a text. */
export function readResponseHead(text: string, headerCount: number): ResponseHead | string {
  const mark = text.indexOf("\r\n");
  const lineEnd = mark < 0 ? text.length : mark;
  const line = statusLine.exec(text.slice(0, lineEnd));
  if (line === null) return "malformed status line";
  const minorVersion = Number(line[1]);
  const fields = new Fields();
  const refused = readFields(text, lineEnd + 2, headerCount, fields);
  if (refused === refusals.headersTooLarge) return "too many header fields";
  // A Host in an answer means nothing, however often it is there; but no server sends two.
  if (refused !== undefined) return refused.message.toLowerCase();
  const { contentLength, transferEncoding } = fields;
  const chunked = transferEncoding !== undefined;
  if (chunked && contentLength !== undefined) return "content-length with transfer-encoding";
  if (chunked && (minorVersion === 0 || transferEncoding.toLowerCase() !== "chunked")) {
    return "unusable transfer-encoding";
  }
  const bodyLength = contentLength === undefined ? -1 : readLength(contentLength);
  if (contentLength !== undefined && bodyLength < 0) return "malformed content-length";
  return {
    status: Number(line[2]),
    headers: fields.list,
    bodyLength,
    chunked,
    keepAlive: keepsAlive(fields.connection, minorVersion),
    keepAliveSeconds: keepAliveSeconds(fields.list),
  };
}

function keepAliveSeconds(headers: readonly string[]): number {
  for (let i = 0; i < headers.length; i += 2) {
    if (!isNamed(headers[i] as string, "keep-alive")) continue;
    const timeout = /(?:^|[\s,;])timeout=([0-9]{1,6})/i.exec(headers[i + 1] as string);
    if (timeout !== null) return Number(timeout[1]);
  }
  return -1;
}
