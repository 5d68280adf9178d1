/** Which bytes may stand where (RFC 9110 5.5 and 5.6.2, RFC 9112 3). Texts here hold one character a byte (latin1). */

const tokenMarks = "!#$%&'*+-.^_`|~";

function table(allowed: (code: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, code) => (allowed(code) ? 1 : 0));
}

/** 1 where a byte may stand in a token: methods, field names. */
export const tokenBytes: Uint8Array = table(
  (code) => /[0-9A-Za-z]/.test(String.fromCharCode(code)) || tokenMarks.includes(String.fromCharCode(code)),
);

/** 1 where a byte may stand in a field value: tab, blank, visible ASCII, and the obsolete upper half. */
export const valueBytes: Uint8Array = table((code) => code === 9 || (code >= 32 && code !== 127));

/** 1 where a byte may stand in a request target: visible ASCII; a fragment never travels. */
const targetBytes: Uint8Array = table((code) => code > 32 && code < 127 && code !== 35);

/** The value of a hexadecimal digit, or 255. */
export const hexDigits: Uint8Array = Uint8Array.from({ length: 256 }, (_, code) => {
  const value = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(value) ? 255 : value;
});

/** Whether every character is one of the table's; characters past one byte never are. */
function consistsOf(text: string, bytes: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 255 || bytes[code] === 0) return false;
  }
  return true;
}

export const isToken = (text: string): boolean => text.length > 0 && consistsOf(text, tokenBytes);
export const isFieldValue = (text: string): boolean => consistsOf(text, valueBytes);
export const isTarget = (text: string): boolean => text.length > 0 && consistsOf(text, targetBytes);

/** The bytes from `start` to `stop` as a text of one character a byte. */
export const latin1 = (bytes: Buffer, start: number, stop: number): string => bytes.toString("latin1", start, stop);

/** Compares a field name with one in lower case. */
export function isNamed(name: string, lowerName: string): boolean {
  return name.length === lowerName.length && (name === lowerName || name.toLowerCase() === lowerName);
}
