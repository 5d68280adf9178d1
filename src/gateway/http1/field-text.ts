/** Header fields of ours on their way out. What would let a value write lines of its own never leaves. */
import type { HeaderList } from "../transport.ts";
import { isFieldValue, isNamed, isToken } from "./characters.ts";

/** Header fields that cannot be sent: a mistake of whoever made them, not of the peer. */
export class UnsendableFields extends Error {
  override readonly name = "UnsendableFields";
}

/** Made from the message's length and the connection's state, never given. */
const framingNames = ["connection", "content-length", "transfer-encoding"];

function isFraming(name: string): boolean {
  const length = name.length;
  if (length !== 10 && length !== 14 && length !== 17) return false;
  return framingNames.some((framing) => isNamed(name, framing));
}

/** The lines of the fields, each with its line end. Throws `UnsendableFields`. */
export function fieldText(headers: HeaderList): string {
  let text = "";
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] as string;
    const value = headers[i + 1] as string;
    if (!isToken(name) || isFraming(name)) throw new UnsendableFields(`header name ${JSON.stringify(name)}`);
    if (typeof value !== "string" || !isFieldValue(value)) throw new UnsendableFields(`value of header ${name}`);
    text += `${name}: ${value}\r\n`;
  }
  return text;
}
