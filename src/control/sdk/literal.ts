/** Texts of callers in generated files: as a literal, which is never more than a value, or as plain words. */

/** A JavaScript string, in ASCII. No end of a line or of a script element can be in it. */
export const literal = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[<>&\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** One line of a page or of a comment, without what could mean anything there. */
export const plainText = (text: string): string =>
  text
    .replaceAll(/[^\p{L}\p{N} .,:;/{}+_$()-]/gu, " ")
    .replaceAll(/ +/g, " ")
    .trim();
