/** Numbers as Java prints them. */
import type { Double } from "./value.ts";

/** As Java's Double.toString: plain from 0.001 up to ten million, with an exponent beyond. */
export function doubleText(double: Double): string {
  const { value, text } = double;
  if (text !== undefined) return text;
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e7)) {
    const plain = Object.is(value, -0) ? "-0" : String(value);
    return plain.includes(".") ? plain : `${plain}.0`;
  }
  const [digits = "", exponent = ""] = value.toExponential().split("e");
  return `${digits.includes(".") ? digits : `${digits}.0`}E${Number(exponent)}`;
}
