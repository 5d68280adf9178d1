/** The head of a reply: status line, the fields given, and those that are made here. */
import { STATUS_CODES } from "node:http";
import type { HeaderList } from "../transport.ts";
import { isNamed } from "./characters.ts";
import { fieldText, UnsendableFields } from "./field-text.ts";

const statusLines: string[] = [];

function statusLine(status: number): string {
  return (statusLines[status] ??= `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n`);
}

let dateSecond = -1;
let dateText = "";

/** The field Date, made anew once a second. */
function dateLine(): string {
  const second = Math.floor(Date.now() / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = `Date: ${new Date(second * 1000).toUTCString()}\r\n`;
  }
  return dateText;
}

function hasDate(headers: HeaderList): boolean {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    if (name.length === 4 && isNamed(name, "date")) return true;
  }
  return false;
}

/** Whether an answer of this status can have no body at all (RFC 9112 6.3). */
export const isBodiless = (status: number): boolean => status === 204 || status === 304;

/**
 * The whole head with its empty line. `length` as in BodySource; `chunked` when it is -1 and the client understands
 * chunks. A status without a body says no length. Throws `UnsendableFields`.
 */
export function replyHead(
  status: number,
  headers: HeaderList,
  length: number,
  chunked: boolean,
  keepAlive: boolean,
): string {
  if (!Number.isInteger(status) || status < 200 || status > 999) throw new UnsendableFields(`status ${status}`);
  const fields = fieldText(headers);
  const date = hasDate(headers) ? "" : dateLine();
  let framing = "";
  if (!isBodiless(status)) {
    if (length >= 0) framing = `Content-Length: ${length}\r\n`;
    else if (chunked) framing = "Transfer-Encoding: chunked\r\n";
  }
  const connection = keepAlive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return statusLine(status) + fields + date + framing + connection;
}
