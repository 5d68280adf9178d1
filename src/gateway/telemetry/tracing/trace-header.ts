/** `X-Amzn-Trace-Id`: `Root=1-{8 hex}-{24 hex};Parent={16 hex};Sampled=0|1` (facts/runtime.md 7). */
import { limits } from "../../../limits.ts";
import { newRoot } from "../../request-ids.ts";

export interface TraceHeader {
  /** `1-{8 hex: epoch seconds}-{24 hex}` */
  readonly root: string;
  /** The segment that called. */
  readonly parent: string | undefined;
  /** Undefined when the decision is left to us. */
  readonly sampled: boolean | undefined;
}

// Of zeros alone is no trace and no span for OpenTelemetry: a batch with one is refused as a whole.
const rootForm = /^1-(?![0-]+$)[0-9a-f]{8}-[0-9a-f]{24}$/i;
const parentForm = /^(?!0+$)[0-9a-f]{16}$/i;

/** Undefined for a header that names no root. Other fields, and those that are malformed, do not count. */
export function parseTraceHeader(text: string): TraceHeader | undefined {
  if (text.length > limits.traceHeader) return undefined;
  const fields = new Map<string, string>();
  for (const part of text.split(";")) {
    const mark = part.indexOf("=");
    if (mark > 0) fields.set(part.slice(0, mark).trim().toLowerCase(), part.slice(mark + 1).trim());
  }
  const root = fields.get("root") ?? "";
  if (!rootForm.test(root)) return undefined;
  const parent = fields.get("parent") ?? "";
  const sampled = fields.get("sampled");
  return {
    root: root.toLowerCase(),
    parent: parentForm.test(parent) ? parent.toLowerCase() : undefined,
    sampled: sampled === "1" || (sampled === "0" ? false : undefined),
  };
}

/** The header that came in, if it names a root, else a new one: with tracing off a trace is passed on as it came. */
export const passedTraceHeader = (incoming: string | undefined, now: number): string =>
  incoming !== undefined && parseTraceHeader(incoming) !== undefined ? incoming : `Root=${newRoot(now)}`;

export function traceHeaderText({ root, parent, sampled }: TraceHeader): string {
  const from = parent === undefined ? "" : `;Parent=${parent}`;
  return `Root=${root}${from}${sampled === undefined ? "" : `;Sampled=${sampled ? "1" : "0"}`}`;
}
