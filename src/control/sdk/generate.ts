/** Description → zip, by type of SDK. */
import { limits } from "../../limits.ts";
import { entryOf } from "../../model/record.ts";
import { type SdkFiles, zipOf } from "./archive.ts";
import type { SdkDescription } from "./describe.ts";
import { javaSdk } from "./java/generate.ts";
import { javascriptSdk } from "./javascript/generate.ts";
import { tooLarge } from "./sdk-refused.ts";

/** What the caller said beside the API, by name, checked (parameters.ts). */
export type SdkParameters = Readonly<Record<string, string>>;

type Generate = (description: SdkDescription, parameters: SdkParameters) => SdkFiles;

const generators: Readonly<Record<string, Generate>> = { java: javaSdk, javascript: javascriptSdk };

/** The zip of an SDK of a type that is generated here. Throws an `SdkRefused`. */
export function generateSdk(type: string, description: SdkDescription, parameters: SdkParameters): Uint8Array {
  const generate = entryOf(generators, type);
  if (generate === undefined) throw new Error(`no SDK of type ${type} is generated`);
  const files = generate(description, parameters);
  const size = [...files.values()].reduce((sum, text) => sum + text.length, 0);
  if (size > limits.sdkSize) throw tooLarge();
  return zipOf(files);
}
