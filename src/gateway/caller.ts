/** Clients that sign their calls: who they are, and how that is found out (facts/runtime.md 18). */
import type { Settings } from "../settings.ts";
import { createVerifier, type VerifySignature } from "../sigv4/verify.ts";
import type { PolicyPrincipal } from "./policy/policy.ts";

/** Who signed a call, as `$context.identity` has it. */
export interface Caller extends PolicyPrincipal {
  readonly accessKey: string;
  /** The account itself calls: its id stands for the caller and for the user. */
  readonly caller: string;
  readonly user: string;
}

export interface ClientSignatures {
  /** For the service `execute-api`. Throws a Fault. */
  readonly verify: VerifySignature;
  /** Who it is when the signature is right: there is one access key. */
  readonly caller: Caller;
}

export type SigningSettings = Pick<Settings, "accountId" | "region" | "accessKeyId" | "secretAccessKey">;

/** A header that takes the method's place is a part of what is signed; and a query is read as methods read it. */
const asMethodsRead = { signs: ["X-HTTP-Method-Override"], semicolons: true } as const;

export function clientSignatures(settings: SigningSettings): ClientSignatures {
  const { accountId, accessKeyId: accessKey } = settings;
  return {
    verify: createVerifier({ ...settings, service: "execute-api" }, { explains: true, ...asMethodsRead }),
    caller: { accessKey, accountId, caller: accountId, user: accountId, arn: `arn:aws:iam::${accountId}:root` },
  };
}
