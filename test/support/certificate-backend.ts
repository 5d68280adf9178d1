/** An HTTPS backend on localhost that serves only callers that show a client certificate which it was told to accept. */
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext, type TLSSocket } from "node:tls";
import { createAuthority } from "./certificates.ts";

export interface CertificateBackend {
  /** `https://localhost:{port}/` */
  readonly url: string;
  /** What a server needs in its environment to trust this backend. */
  readonly env: Readonly<Record<string, string>>;
  /** Takes these certificates (PEM) and no others, from the next connection on. */
  accept(certificates: readonly string[]): void;
  stop(): Promise<void>;
}

/** It answers with the fingerprint (SHA-256) of the certificate that it was shown. */
export async function startCertificateBackend(): Promise<CertificateBackend> {
  const authority = createAuthority();
  const { certificate, privateKey } = authority.issue("localhost");
  const folder = await mkdtemp(join(tmpdir(), "stagewright-authority-"));
  const authorityFile = join(folder, "authority.pem");
  await writeFile(authorityFile, authority.certificate);

  const contextOf = (accepted: readonly string[]) => ({ cert: certificate, key: privateKey, ca: [...accepted] });
  const server = createServer(
    { ...contextOf([authority.certificate]), requestCert: true, rejectUnauthorized: true },
    (request, reply) => {
      reply.end((request.socket as TLSSocket).getPeerCertificate().fingerprint256);
    },
  );
  // A caller that is refused breaks its connection off.
  server.on("tlsClientError", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://localhost:${port}/`,
    env: { NODE_EXTRA_CA_CERTS: authorityFile },
    accept(certificates) {
      const context = contextOf(certificates);
      createSecureContext(context); // one that does not parse is told here, not to the next caller
      server.setSecureContext(context);
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
