/**
 * Why a backend's certificate is not taken, in the words that the service's execution logs have (AWS re:Post, "How do I
 * troubleshoot API Gateway errors when I use SSL certificates with backend integration?").
 */
import type { Socket } from "node:net";
import { type PeerCertificate, TLSSocket } from "node:tls";

/** What Node says of a certificate of another name. */
interface OtherName extends Error {
  readonly host: string;
  readonly cert: PeerCertificate;
}

const isOtherName = (error: NodeJS.ErrnoException): error is NodeJS.ErrnoException & OtherName =>
  error.code === "ERR_TLS_CERT_ALTNAME_INVALID";

/** What Node calls a certificate that is not good yet, or any more. */
const outOfTime: ReadonlySet<string | undefined> = new Set(["CERT_HAS_EXPIRED", "CERT_NOT_YET_VALID"]);

/** Undefined where the certificate is not what the connection failed for; `error` is what it failed with. */
export function whyUntrusted(socket: Socket, error: NodeJS.ErrnoException | undefined): string | undefined {
  if (error === undefined || !(socket instanceof TLSSocket)) return undefined;
  // Null where there is nothing to say of it, and otherwise a code, whatever its type has.
  const said: unknown = socket.authorizationError;
  if (said === null) return undefined;
  if (isOtherName(error)) {
    const names = [error.cert.subject.CN ?? []].flat().join(", CN=");
    return `Host name '${error.host}' does not match the certificate subject provided by the peer (CN=${names})`;
  }
  return outOfTime.has(error.code)
    ? "PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed"
    : "PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target";
}
