/**
 * Canonical forms of path, query and headers, as AWS defines them for every service but S3: the path as sent is encoded
 * once more, the query is sorted, headers are trimmed and joined.
 */
import type { HeaderList } from "../gateway/transport.ts";

/** RFC 3986: everything but unreserved characters is percent-encoded. */
export const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);

const plainPath = /^(?:\/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+$/;

/** Empty and dot segments are folded away, as clients do before they sign; then each segment is encoded. */
export function canonicalPath(path: string): string {
  if (plainPath.test(path)) return path;
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(encode(segment));
  }
  const slash = kept.length > 0 && path.endsWith("/") ? "/" : "";
  return `/${kept.join("/")}${slash}`;
}

/**
 * Pairs in order of their encoded names, then values. The signature itself is left out of a presigned query.
 * `semicolons`: whether they separate pairs too.
 */
export function canonicalQuery(query: string, isPresigned: boolean, semicolons = false): string {
  if (query === "") return "";
  const pairs: string[] = [];
  for (const pair of (semicolons ? query.replaceAll(";", "&") : query).split("&")) {
    if (pair === "" || (isPresigned && pair.startsWith("X-Amz-Signature="))) continue;
    const mark = pair.indexOf("=");
    const name = mark < 0 ? pair : pair.slice(0, mark);
    pairs.push(`${recode(name)}=${mark < 0 ? "" : recode(pair.slice(mark + 1))}`);
  }
  return pairs.length < 2 ? pairs.join("") : pairs.sort(byNameThenValue).join("&");
}

/** `=` sorts after digits and before letters, so whole pairs cannot be compared as texts. */
function byNameThenValue(a: string, b: string): number {
  const [nameA, nameB] = [a.slice(0, a.indexOf("=")), b.slice(0, b.indexOf("="))];
  if (nameA !== nameB) return nameA < nameB ? -1 : 1;
  return a < b ? -1 : Number(a > b);
}

/** One spelling for each value, however much of it the client had encoded. What cannot be decoded stays as sent. */
function recode(raw: string): string {
  try {
    return encode(decodeURIComponent(raw.replaceAll("+", " ")));
  } catch {
    return raw;
  }
}

/** `name:value` lines of the signed headers. Values of one name are joined by commas in the order they came. */
export function canonicalHeaders(headers: HeaderList, signed: readonly string[]): string {
  let lines = "";
  for (const name of signed) {
    let value: string | undefined;
    for (let i = 0; i < headers.length; i += 2) {
      const candidate = headers[i] as string;
      if (candidate.length !== name.length || candidate.toLowerCase() !== name) continue;
      const text = trimmed(headers[i + 1] as string);
      value = value === undefined ? text : `${value},${text}`;
    }
    lines += `${name}:${value ?? ""}\n`;
  }
  return lines;
}

function trimmed(value: string): string {
  const text = value.trim();
  return text.includes("  ") || text.includes("\t") ? text.replaceAll(/\s+/g, " ") : text;
}
