/** The parts that events of the execution log are written with: maps as Java writes them, and secrets as stars. */
import { limits } from "../../limits.ts";
import { fromHeaderValue } from "../headers.ts";
import type { HeaderList } from "../transport.ts";

export interface ExecutionEvent {
  /** Epoch milliseconds: of the phase that it tells of. */
  readonly time: number;
  readonly text: string;
}

/** `EEE MMM dd HH:mm:ss UTC yyyy`, of epoch milliseconds. */
export function javaDate(time: number): string {
  const [day, date, month, year, clock] = new Date(time).toUTCString().split(/,? /);
  return `${day} ${month} ${date} ${clock} UTC ${year}`;
}

/** Headers whose values are secrets, lower-case. */
export const secretHeaders: ReadonlySet<string> = new Set([
  "authorization",
  "proxy-authorization",
  "x-amz-security-token",
  "x-api-key",
]);
const shownOfSecret = 6;

/** Stars, and the last six characters of a secret that has more than those. */
export function mask(secret: string): string {
  const hidden = secret.length <= shownOfSecret ? secret.length : secret.length - shownOfSecret;
  return "*".repeat(hidden) + secret.slice(hidden);
}

/** `{a=1, b=2}`, as Java writes maps. */
export const mapText = (entries: readonly (readonly [string, string])[]): string =>
  `{${entries.map(([name, value]) => `${name}=${value}`).join(", ")}}`;

/** `secrets`: values that are ones too, whatever their name. */
export function headersText(headers: HeaderList, secrets: readonly string[] = []): string {
  const entries: [string, string][] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    const value = fromHeaderValue(headers[i + 1] as string);
    const isSecret = secretHeaders.has(name.toLowerCase()) || secrets.includes(value);
    entries.push([name, isSecret ? mask(value) : value]);
  }
  return mapText(entries);
}

/** More than is ever shown of a body, whose characters may have several bytes. */
const shownOfBody = limits.executionLogEvent * 4;

export const bodyText = (body: unknown): string =>
  body instanceof Uint8Array ? Buffer.from(body.subarray(0, shownOfBody)).toString() : "";

/** Takes the events of one request. */
export class Events {
  readonly list: ExecutionEvent[] = [];
  time: number;

  constructor(time: number) {
    this.time = time;
  }

  add(text: string): void {
    this.list.push({ time: this.time, text });
  }
}
