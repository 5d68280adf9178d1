/** Why an SDK cannot be generated; the caller is told. */
import { limits } from "../../limits.ts";
import { megabytes } from "../operations/bounds.ts";

export class SdkRefused extends Error {
  override readonly name = "SdkRefused";
}

export const tooLarge = (): SdkRefused => new SdkRefused(`The SDK would be larger than ${megabytes(limits.sdkSize)}`);

export const tooManyClasses = (): SdkRefused =>
  new SdkRefused(`The SDK would have more than ${limits.sdkClasses} classes of models`);
