import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { createAuthority } from "../../../test/support/certificates.ts";
import { rawBackend, readAll, upstreamClient } from "../../../test/support/wire.ts";
import type { Origin, OriginTls, Upstream } from "../transport.ts";

const authority = createAuthority();
const server = authority.issue("backend.test");
const client = authority.issue("gateway.test");

/** An HTTPS backend that says who called, by which server name, and how many connections there have been. */
async function httpsBackend(identity = server): Promise<(tls: Partial<OriginTls>) => Origin> {
  let connections = 0;
  const backend = createServer(
    {
      cert: identity.certificate,
      key: identity.privateKey,
      ca: authority.certificate,
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, reply) => {
      const socket = request.socket as TLSSocket;
      const caller = socket.authorized ? socket.getPeerCertificate().subject.CN : "nobody";
      reply.end(JSON.stringify({ caller, name: socket.servername, protocol: socket.alpnProtocol, connections }));
    },
  );
  backend.on("secureConnection", () => connections++);
  backend.listen(0, "127.0.0.1");
  await once(backend, "listening");
  onTestFinished(() => {
    backend.closeAllConnections();
    backend.close();
  });
  const { port } = backend.address() as AddressInfo;
  return (tls) => ({
    protocol: "https:",
    host: "127.0.0.1",
    port,
    tls: { serverName: "backend.test", rejectUnauthorized: true, ...tls },
  });
}

function ask(upstream: Upstream, origin: Origin): Promise<unknown> {
  const request = { method: "GET", target: "/", headers: ["Host", "backend.test"], body: undefined, timeout: 20_000 };
  return new Promise((resolve, reject) => {
    upstream.dispatch(origin, request, {
      onHead: (_, __, body) => {
        readAll(body).then((bytes) => resolve(JSON.parse(bytes.toString())), reject);
      },
      onFailure: reject,
    });
  });
}

test("a trusted certificate is accepted, by the name asked for", async () => {
  const origin = await httpsBackend();
  const upstream = upstreamClient({ certificateAuthorities: [authority.certificate] });
  const answer = { caller: "nobody", name: "backend.test", protocol: "http/1.1", connections: 1 };
  expect(await ask(upstream, origin({}))).toEqual(answer);
  expect(await ask(upstream, origin({}))).toEqual(answer);
  await upstream.close();
});

test("a certificate that nobody vouches for, or of another name, is not trusted; unless verification is off", async () => {
  const origin = await httpsBackend();
  const strangers = upstreamClient();
  await expect(ask(strangers, origin({}))).rejects.toMatchObject({
    kind: "untrusted",
    message:
      "PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target",
  });
  expect(await ask(strangers, origin({ rejectUnauthorized: false }))).toMatchObject({ caller: "nobody" });
  const trusting = upstreamClient({ certificateAuthorities: [authority.certificate] });
  for (const serverName of ["other.test", "127.0.0.1"]) {
    await expect(ask(trusting, origin({ serverName }))).rejects.toMatchObject({
      kind: "untrusted",
      message: `Host name '${serverName}' does not match the certificate subject provided by the peer (CN=backend.test)`,
    });
  }
});

test("a certificate that is over is not trusted", async () => {
  const old = authority.issue("backend.test", "21000101000000Z");
  const over = authority.issue("backend.test", "20210101000000Z");
  const upstream = upstreamClient({ certificateAuthorities: [authority.certificate] });
  expect(await ask(upstream, (await httpsBackend(old))({}))).toMatchObject({ caller: "nobody" });
  await expect(ask(upstream, (await httpsBackend(over))({}))).rejects.toMatchObject({
    kind: "untrusted",
    message: "PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed",
  });
});

test("a client certificate is shown, and never on a connection of another's", async () => {
  const origin = await httpsBackend();
  const upstream = upstreamClient({ certificateAuthorities: [authority.certificate] });
  expect(await ask(upstream, origin({ ...client }))).toMatchObject({ caller: "gateway.test", connections: 1 });
  expect(await ask(upstream, origin({}))).toMatchObject({ caller: "nobody", connections: 2 });
  expect(await ask(upstream, origin({ ...client }))).toMatchObject({ caller: "gateway.test", connections: 2 });
});

test("a client certificate that does not parse is refused, and others go on", async () => {
  const origin = await httpsBackend();
  const upstream = upstreamClient({ certificateAuthorities: [authority.certificate] });
  await expect(ask(upstream, origin({ certificate: "x", privateKey: "y" }))).rejects.toMatchObject({ kind: "refused" });
  expect(await ask(upstream, origin({}))).toMatchObject({ caller: "nobody" });
});

test("a backend that speaks no TLS, or hangs in the handshake, is refused", async () => {
  const plain = await rawBackend((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
  const hanging = await rawBackend(() => undefined);
  const upstream = upstreamClient({ limits: { connectTimeout: 100 } });
  for (const { port } of [plain, hanging]) {
    const tls = { serverName: "backend.test", rejectUnauthorized: true };
    await expect(ask(upstream, { protocol: "https:", host: "127.0.0.1", port, tls })).rejects.toMatchObject({
      kind: "refused",
    });
  }
});
