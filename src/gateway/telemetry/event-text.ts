/** The parts that events of the execution log are written with: maps as Java writes them, headers and bodies. */
import { limits } from "../../limits.ts";
import { fromHeaderValue } from "../headers.ts";
import type { HeaderList } from "../transport.ts";
import { isSecretHeader, mask, type Secrets } from "./secrets.ts";

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

/** `{a=1, b=2}`, as Java writes maps. */
export const mapText = (entries: readonly (readonly [string, string])[]): string =>
  `{${entries.map(([name, value]) => `${name}=${value}`).join(", ")}}`;

export function headersText(headers: HeaderList, secrets: Secrets): string {
  const entries: [string, string][] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    const value = fromHeaderValue(headers[i + 1] as string);
    entries.push([name, isSecretHeader(name) ? mask(value) : secrets.maskedValue(value)]);
  }
  return mapText(entries);
}

/** More than is ever shown of a body, whose characters may have several bytes, and of a secret that begins there. */
const shownOfBody = limits.executionLogEvent * 4 + limits.headerValues;

export const bodyText = (body: unknown, secrets: Secrets): string =>
  body instanceof Uint8Array ? secrets.maskedText(Buffer.from(body.subarray(0, shownOfBody)).toString()) : "";

/** Takes the events of one request. */
export class Events {
  readonly list: ExecutionEvent[] = [];
  /** What they may not tell. */
  readonly secrets: Secrets;
  time: number;

  constructor(time: number, secrets: Secrets) {
    this.time = time;
    this.secrets = secrets;
  }

  add(text: string): void {
    this.list.push({ time: this.time, text });
  }
}
