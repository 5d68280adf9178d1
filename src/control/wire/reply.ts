/**
 * An operation's output to the body and headers of its reply. Compiled once an operation: plain JSON, HAL, raw bytes, or
 * nothing.
 */
import type { HeaderList } from "../../gateway/transport.ts";
import type { Operation } from "../../model/service.ts";
import { type HalRequest, halWriter } from "../hal.ts";
import { type Json, structureWriter } from "./write.ts";

export interface WrittenReply {
  readonly headers: HeaderList;
  readonly body: Buffer | string;
}

/** `accept` is the request's header. */
export type WriteReply = (output: unknown, request: HalRequest, accept: string | undefined) => WrittenReply;

export const json = "application/json";
const hal = "application/hal+json";

const nothing: WrittenReply = { headers: [], body: "" };
const jsonHeaders: HeaderList = ["Content-Type", json];
const halHeaders: HeaderList = ["Content-Type", hal];

/**
 * Compiles the writer of an operation's replies. An operation without output has an empty body; one with a payload (an
 * export, an SDK) answers its bytes, whatever is accepted; the others have both representations.
 */
export function replyWriter(operation: Operation): WriteReply {
  const { output } = operation;
  if (!output.isStructSchema()) return () => nothing;
  const payload = [...output.structIterator()].find(([, schema]) => "httpPayload" in schema.getMergedTraits())?.[0];
  if (payload !== undefined) return payloadWriter(operation, payload);
  const writePlain = structureWriter(output, "epoch");
  const writeHal = halWriter(operation);
  return (value, request, accept) =>
    wantsHal(accept)
      ? { headers: halHeaders, body: JSON.stringify(writeHal(value, request)) }
      : { headers: jsonHeaders, body: JSON.stringify(writePlain(value)) };
}

function payloadWriter({ output }: Operation, payload: string): WriteReply {
  const bound = [...output.structIterator()].flatMap(([name, schema]) => {
    const { httpHeader } = schema.getMergedTraits() as { httpHeader?: string };
    return httpHeader === undefined ? [] : [{ name, header: httpHeader }];
  });
  return (value) => {
    const source = value as Json;
    const headers = bound.flatMap(({ name, header }) => {
      const given = source[name];
      return typeof given === "string" ? [header, given] : [];
    });
    return { headers, body: Buffer.from((source[payload] ?? []) as Uint8Array) };
  };
}

/** `application/json` asks for plain JSON; HAL is for everyone else (facts/stage.md 1.1). The first of the two decides. */
function wantsHal(accept: string | undefined): boolean {
  if (accept === undefined) return true;
  if (accept === json) return false;
  const types = accept.split(",").map((part) => part.split(";", 1)[0]?.trim().toLowerCase());
  return types.find((type) => type === json || type === hal) !== json;
}
