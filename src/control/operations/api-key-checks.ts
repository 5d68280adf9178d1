/** What an ApiKey may hold (facts/control.md 12), and how its value is kept. */
import { randomInt } from "node:crypto";
import { badRequest, Fault } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { apiKeySecretOf, hashApiKey } from "../../model/api-key-hash.ts";
import type { ApiKeyDocument } from "../../model/documents.ts";
import { newId } from "../../model/ids.ts";
import type { Output } from "../../model/service.ts";
import { open, seal } from "../../store/seal.ts";
import type { Transaction } from "../../store/store.ts";
import { toText } from "../patch/coerce.ts";

/** Bounded; an empty or absent name is none. */
export const checkedKeyName = (name: string | undefined): string | undefined =>
  name === undefined || name === ""
    ? undefined
    : toText(name, limits.nameLength, `Invalid API Key name, can be at most ${limits.nameLength} characters.`);

export const checkedKeyDescription = (text: string | undefined): string | undefined =>
  text === undefined || text === ""
    ? undefined
    : toText(text, limits.descriptionLength, "Invalid API Key description specified.");

export const checkedCustomerId = (text: string | undefined): string | undefined =>
  text === undefined || text === ""
    ? undefined
    : toText(text, limits.nameLength, `Invalid customer ID, can be at most ${limits.nameLength} characters.`);

/** What a header can carry without blanks. */
const valueForm = /^[\u0021-\u007e]*$/;

/** Throws for a value that is too short or too long, or that no client could send. */
export function checkKeyValue(value: string, minimum: number = limits.apiKeyValueMinimum): void {
  if (value.length < minimum) throw badRequest(`API Key value should be at least ${minimum} characters`);
  if (value.length > limits.apiKeyValueMaximum) {
    throw badRequest(`API Key value exceeds maximum size of ${limits.apiKeyValueMaximum} characters`);
  }
  if (!valueForm.test(value)) {
    throw badRequest("API Key value only allows letters, digits and punctuation of ASCII, without blanks");
  }
}

/** Throws when the account cannot have one more. */
export function checkKeyCount(count: number): void {
  if (count > limits.apiKeys) {
    throw new Fault(
      "LimitExceededException",
      `Maximum number of API Keys for this account has been reached: ${limits.apiKeys}`,
    );
  }
}

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const generatedLength = 40;

/** 40 letters and digits, as the service makes them. */
export const generateKeyValue = (): string =>
  Array.from({ length: generatedLength }, () => letters[randomInt(letters.length)]).join("");

const purposeOf = (id: string): string => `apiKey/${id}`;

/** What is stored of a value, under a new id. */
export type KeptValue = Pick<ApiKeyDocument, "id" | "sealedValue" | "valueHash">;

/** Gives a value a new id and seals it: both draw random bytes, so this comes before a transaction. */
export function valueKeeper(masterKey: Buffer): (value: string) => KeptValue {
  const secret = apiKeySecretOf(masterKey);
  return (value) => {
    const id = newId("apiKey");
    return { id, sealedValue: seal(value, masterKey, purposeOf(id)), valueHash: hashApiKey(value, secret) };
  };
}

/** The value in the clear. */
export const openKeyValue = ({ id, sealedValue }: ApiKeyDocument, masterKey: Buffer): string =>
  open(sealedValue, masterKey, purposeOf(id));

/** An ApiKey as a reply shows it, without its value. */
export function keyShape(document: ApiKeyDocument): Output<"GetApiKey"> {
  const { sealedValue: _sealed, valueHash: _hash, ...rest } = document;
  return rest;
}

/** Stores an ApiKey, and what it is found by. */
export function putKey(tx: Transaction, document: ApiKeyDocument): void {
  tx.put("apiKey", "", document.id, document);
  if (tx.get("apiKeyValue", "", document.valueHash)?.apiKeyId === document.id) return;
  tx.put("apiKeyValue", "", document.valueHash, { apiKeyId: document.id });
}
