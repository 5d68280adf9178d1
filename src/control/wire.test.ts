import { describe, expect, it } from "vitest";
import { testControl } from "../../test/support/control.ts";
import { sampleOf } from "../../test/support/samples.ts";
import { sdkInProcess } from "../../test/support/sdk-in-process.ts";
import { operations, unlistedMembers } from "../model/service.ts";

type AnyCall = (input: unknown) => Promise<Record<string, unknown>>;

const seconds = 1_767_323_045;
const all = [...operations.values()];

/** Bytes compare as bytes, whatever class they are of. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return [...value];
  if (value instanceof Date) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}

describe("every operation, called by the SDK", () => {
  it("there are 124", () => {
    expect(operations.size).toBe(124);
  });

  it.each(all)("$name: the input comes in as it was sent, the output comes back as it was made", async (operation) => {
    const seen: unknown[] = [];
    const answer = sampleOf(operation.output, () => seconds);
    const handler = (input: unknown) => {
      seen.push(input);
      return answer;
    };
    const control = testControl({ handlers: { [operation.name]: handler } });
    const client = sdkInProcess(control.serve);
    const method = `${operation.name.charAt(0).toLowerCase()}${operation.name.slice(1)}`;
    const input = sampleOf(operation.input);
    const call = Reflect.get(client, method) as AnyCall;
    const output = await call.call(client, input);

    expect(control.failures).toEqual([]);
    expect(seen.map(plain)).toEqual([plain(input)]);
    const { $metadata, ...members } = output;
    expect($metadata).toMatchObject({ httpStatusCode: operation.status });
    const expected = Object.entries(sampleOf(operation.output) ?? {});
    const unlisted = unlistedMembers[operation.name];
    expect(plain(members)).toEqual(plain(Object.fromEntries(expected.filter(([name]) => name !== unlisted))));
  });
});
