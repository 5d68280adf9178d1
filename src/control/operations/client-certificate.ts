/** Operations of ClientCertificate (facts/control.md 15): the certificate that a Stage shows to its backends. */
import { badRequest, Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { newCertificate, type NewCertificate } from "../certificate.ts";
import type { ClientCertificateDocument } from "../../model/documents.ts";
import { newId } from "../../model/ids.ts";
import { compact } from "../../model/record.ts";
import type { Output } from "../../model/service.ts";
import { open, seal } from "../../store/seal.ts";
import { type Handlers, type OperationContext, prepared, type Run } from "../operation.ts";
import { paginate } from "../paginate.ts";
import { applyPatch } from "../patch/apply.ts";
import { clientCertificateRules } from "../patch/rules/client-certificate.ts";
import { checkedDescription } from "./bounds.ts";
import { findClientCertificate } from "./find.ts";
import { newTags } from "./tag-rules.ts";

const kind = "clientCertificate";
const purposeOf = (id: string): string => `clientCertificate/${id}`;

/** The PKCS #8 private key, PEM, for a connection to a backend. Throws `SealBroken` when the key is not the one it was sealed with. */
export function openPrivateKey(document: ClientCertificateDocument, masterKey: Buffer): string {
  return open(document.sealedPrivateKey, masterKey, purposeOf(document.clientCertificateId));
}

/** A certificate as a reply shows it: never its private key. */
function certificateShape(document: ClientCertificateDocument): Output<"GetClientCertificate"> {
  const { sealedPrivateKey: _sealed, ...rest } = document;
  return rest;
}

interface SealedCertificate extends Omit<NewCertificate, "privateKeyPem"> {
  readonly id: string;
  readonly sealedPrivateKey: string;
}

const GenerateClientCertificate = prepared<"GenerateClientCertificate", SealedCertificate>({
  // The key pair takes tens of milliseconds and the seal draws a nonce, so both come before the transaction.
  prepare: async (_input, { now, masterKey }) => {
    const id = newId("clientCertificate");
    const { privateKeyPem, ...certificate } = await newCertificate(now, limits.clientCertificateDays);
    return { ...certificate, id, sealedPrivateKey: seal(privateKeyPem, masterKey, purposeOf(id)) };
  },
  run: (input, { tx }, { id, certificatePem, notBefore, notAfter, sealedPrivateKey }) => {
    if (tx.list(kind, "").length >= limits.clientCertificates) {
      throw new Fault(
        "LimitExceededException",
        "Maximum number of Client Certificates for this account has been reached.  Please contact AWS if you need additional Client Certificates.",
      );
    }
    const document: ClientCertificateDocument = compact({
      clientCertificateId: id,
      description: input.description === "" ? undefined : checkedDescription(input.description),
      pemEncodedCertificate: certificatePem,
      sealedPrivateKey,
      createdDate: notBefore,
      expirationDate: notAfter,
      tags: newTags(input.tags),
    });
    tx.put(kind, "", id, document);
    return certificateShape(document);
  },
});

const GetClientCertificate: Run<"GetClientCertificate"> = (input, context) =>
  certificateShape(findClientCertificate(context, input.clientCertificateId));

const GetClientCertificates: Run<"GetClientCertificates"> = (input, { tx }) => {
  const { items, position } = paginate(tx.list(kind, ""), input, ({ clientCertificateId }) => clientCertificateId);
  return { items: items.map(certificateShape), position };
};

const UpdateClientCertificate: Run<"UpdateClientCertificate"> = (input, context) => {
  const document = findClientCertificate(context, input.clientCertificateId);
  const patched = applyPatch(document, input.patchOperations ?? [], clientCertificateRules, undefined);
  context.tx.put(kind, "", patched.clientCertificateId, patched);
  return certificateShape(patched);
};

function isUsed({ tx }: OperationContext, id: string): boolean {
  for (const [, , stage] of tx.all("stage")) if (stage.clientCertificateId === id) return true;
  return false;
}

const DeleteClientCertificate: Run<"DeleteClientCertificate"> = (input, context) => {
  const { clientCertificateId: id } = findClientCertificate(context, input.clientCertificateId);
  if (isUsed(context, id)) {
    throw badRequest("Active stages using this client certificate must be changed or deleted");
  }
  context.tx.delete(kind, "", id);
  return {};
};

export const clientCertificateOperations = {
  GenerateClientCertificate,
  GetClientCertificate,
  GetClientCertificates,
  UpdateClientCertificate,
  DeleteClientCertificate,
} satisfies Partial<Handlers>;
