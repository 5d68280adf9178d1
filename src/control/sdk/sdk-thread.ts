/** The thread that generates one SDK and ends: how long that takes is up to the API. */
import { badRequest } from "../../errors.ts";
import { answerOrder } from "../thread.ts";
import type { SdkDescription } from "./describe.ts";
import { generateSdk, type SdkParameters } from "./generate.ts";
import { SdkRefused } from "./sdk-refused.ts";

export interface SdkOrder {
  readonly type: string;
  readonly description: SdkDescription;
  readonly parameters: SdkParameters;
}

answerOrder(({ type, description, parameters }: SdkOrder) => {
  try {
    return generateSdk(type, description, parameters);
  } catch (error) {
    throw error instanceof SdkRefused ? badRequest(error.message) : error;
  }
});
