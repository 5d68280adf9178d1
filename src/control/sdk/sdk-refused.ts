/** Why an SDK cannot be generated; the caller is told. */
import { limits } from "../../limits.ts";

export class SdkRefused extends Error {
  override readonly name = "SdkRefused";
}

export const tooLarge = (): SdkRefused =>
  new SdkRefused(`The SDK would be larger than ${limits.sdkSize / 1_048_576} MB`);

export const tooManyClasses = (): SdkRefused =>
  new SdkRefused(`The SDK would have more than ${limits.sdkClasses} classes of models`);
