/** What a request showed that no event may tell: credentials and API keys, wherever they turn up again. */
import { fromHeaderValue } from "../headers.ts";
import type { Invocation } from "../invocation.ts";
import { decodePercent, decodeQuery, encodeQueryComponent } from "../url.ts";

/** Headers whose values are secrets, lower-case. */
const secretHeaders: ReadonlySet<string> = new Set([
  "authorization",
  "proxy-authorization",
  "x-amz-security-token",
  "x-api-key",
]);

const secretLengths: ReadonlySet<number> = new Set([...secretHeaders].map(({ length }) => length));

/** Whether this is a name of theirs. Most names need not be looked at for it. */
export const isSecretHeader = (name: string): boolean =>
  secretLengths.has(name.length) && secretHeaders.has(name.toLowerCase());

/** Query parameters likewise: those of a presigned request. */
export const secretParameters: ReadonlySet<string> = new Set(["X-Amz-Security-Token", "X-Amz-Signature"]);

const shownOfSecret = 6;

/** Stars, and the last six characters of a secret that has more than those. */
export function mask(secret: string): string {
  const hidden = secret.length <= shownOfSecret ? secret.length : secret.length - shownOfSecret;
  return "*".repeat(hidden) + secret.slice(hidden);
}

/** A shorter one is masked only as a header's or a parameter's whole value: within a text it could be anything. */
const shortestWithin = 16;

const cut = "…";
const segment = /[^/]+/g;
const pairInQuery = /[^&;]+/g;

/** A part of a target as it is shown: as it stands, where nothing in it is a secret. */
function maskedPart(text: string, decoded: string, shown: string): string {
  // The stars may end within a character.
  return shown === decoded ? text : encodeQueryComponent(shown);
}

export class Secrets {
  readonly #values: ReadonlySet<string>;
  /** Those that are looked for within texts, the longest first: one may hold another. */
  readonly #within: readonly string[];

  constructor(values: Iterable<string>) {
    this.#values = new Set(values);
    this.#within = [...this.#values]
      .filter(({ length }) => length >= shortestWithin)
      .sort((a, b) => b.length - a.length);
  }

  /** A header's or a query parameter's. */
  maskedValue(value: string): string {
    return this.#values.has(value) ? mask(value) : this.maskedText(value);
  }

  /** A body, or any other text. */
  maskedText(text: string): string {
    return this.#within.reduce((shown, secret) => shown.replaceAll(secret, mask), text);
  }

  /** A text in which somebody has cut values, with `…` behind what is left: so may be a secret, of which nothing is shown then. */
  maskedExcerpt(text: string): string {
    return this.maskedText(text)
      .split(cut)
      .map((part) => this.#withoutBeginning(part))
      .join(cut);
  }

  /** With stars where a secret begins that goes on behind the end. */
  #withoutBeginning(text: string): string {
    for (const secret of this.#within) {
      const beginning = secret.slice(0, shortestWithin);
      // It is not there as a whole, so less than its length is looked through.
      let at = text.indexOf(beginning, text.length - secret.length);
      while (at >= 0 && !secret.startsWith(text.slice(at))) at = text.indexOf(beginning, at + 1);
      if (at >= 0) return text.slice(0, at) + "*".repeat(text.length - at);
    }
    return text;
  }

  maskedPath(path: string): string {
    if (this.#within.length === 0) return path;
    return path.replaceAll(segment, (text) => {
      const decoded = decodePercent(text);
      return maskedPart(text, decoded, this.maskedText(decoded));
    });
  }

  /** A path that may have a query. */
  maskedTarget(target: string): string {
    const [path = "", ...query] = target.split("?");
    return [this.maskedPath(path), ...query.map((text) => this.#maskedQuery(text))].join("?");
  }

  #maskedQuery(query: string): string {
    return query.replaceAll(pairInQuery, (pair) => {
      const mark = pair.indexOf("=");
      if (mark < 0) return this.#maskedName(pair);
      const name = pair.slice(0, mark);
      return `${this.#maskedName(name)}=${this.#maskedValueOf(name, pair.slice(mark + 1))}`;
    });
  }

  #maskedName(name: string): string {
    const decoded = decodeQuery(name);
    return maskedPart(name, decoded, this.maskedText(decoded));
  }

  #maskedValueOf(name: string, value: string): string {
    if (secretParameters.has(name)) return mask(value);
    const decoded = decodeQuery(value);
    return maskedPart(value, decoded, this.maskedValue(decoded));
  }
}

/** Of the many requests that show nothing. */
const noSecrets = new Secrets([]);

/** The value of a secret header, and what stands behind a scheme such as `Bearer`. */
const credentials = (value: string): readonly string[] => [value, value.slice(value.indexOf(" ") + 1)];

/** What this request showed: known as a whole once it is over. */
export function secretsOf({ exchange, authorizer, query }: Invocation): Secrets {
  const { headers } = exchange;
  const values: string[] = [];
  if (authorizer !== undefined) {
    values.push(...authorizer.identity, authorizer.outcome?.result?.usageIdentifierKey ?? "");
  }
  for (let i = 0; i < headers.length; i += 2) {
    if (isSecretHeader(headers[i] as string)) values.push(...credentials(fromHeaderValue(headers[i + 1] as string)));
  }
  if (query.size > 0) for (const name of secretParameters) values.push(...(query.get(name) ?? []));
  return values.length === 0 ? noSecrets : new Secrets(values.filter((value) => value !== ""));
}
