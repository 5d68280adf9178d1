/** Texts of callers in Java: as a literal, which is never more than a value, or in a comment. */

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
};

/** A Java string, in ASCII. Java reads `\u` escapes before anything else, so ends of lines and quotes have their own. */
export const javaLiteral = (text: string): string =>
  `"${text.replaceAll(
    /["\\]|[^ -~]/g,
    (character) => escapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )}"`;

/** One line of a comment: no end of the comment can be in it, and no `\u` escape that is one. */
export const inComment = (text: string): string => text.replaceAll(/[^ -~]|[\\*]/g, "?");
