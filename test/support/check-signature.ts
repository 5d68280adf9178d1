/** What services of a test's own check first: who calls, by a signature over what they got. */
import type { IncomingMessage } from "node:http";
import { createVerifier, type SigningIdentity } from "../../src/sigv4/verify.ts";

/** Throws for a request and its body that this key did not sign for this service. */
export type CheckSignature = (request: IncomingMessage, body: Buffer) => void;

/** The key that tests give to a server for the services that it calls. */
const testKey = { accessKeyId: "test", secretAccessKey: "test", region: "us-east-1" };

export function signatureCheck(service: string, key: Omit<SigningIdentity, "service"> = testKey): CheckSignature {
  const verify = createVerifier({ ...key, service });
  return ({ method = "", url = "", rawHeaders: headers }, body) => {
    const [path = "", query = ""] = url.split("?");
    verify({ method, path, query, headers }, Date.now())?.(body);
  };
}
