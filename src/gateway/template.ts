/**
 * Mapping templates. A text without Velocity's constructs is its own result; one with them cannot be rendered here, and
 * the methods that need it answer 500 rather than something that the template does not say.
 */
import { isEmptyMap } from "../model/record.ts";

/** A compiled mapping template: the text that it renders to, or undefined when it needs the template language. */
export interface Template {
  readonly text: string | undefined;
}

/** A reference (`$x`, `${x}`, `$!x`), a directive (`#if`, `#@x`, `#{else}`) or a comment (`##`, `#*`, `#[[`). */
const velocity = /\$!?\{?[A-Za-z_]|#(?:[A-Za-z@*#]|\{[A-Za-z]|\[\[)/;

/** An empty template counts as one, and renders nothing (facts/mapping.md 2.1). */
export function compileTemplate(source: string | null): Template {
  const text = source ?? "";
  return { text: velocity.test(text) ? undefined : text };
}

/** Templates by media type, lower-case, in the order in which they were defined. */
export type Templates = ReadonlyMap<string, Template>;

const none: Templates = new Map();

export function compileTemplates(sources: Readonly<Record<string, string | null>> | undefined): Templates {
  if (isEmptyMap(sources)) return none;
  return new Map(Object.entries(sources ?? {}).map(([type, source]) => [type.toLowerCase(), compileTemplate(source)]));
}
