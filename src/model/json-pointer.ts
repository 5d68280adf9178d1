/** JSON Pointer (RFC 6901), as the service uses it in patch paths (facts/stage.md 4.2). */

/** Undoes the escapes: `~1` is a slash, `~0` a tilde. Any other tilde stands for itself. */
export function unescapeSegment(segment: string): string {
  return segment.includes("~") ? segment.replaceAll("~1", "/").replaceAll("~0", "~") : segment;
}

/** The inverse of `unescapeSegment`. */
export function escapeSegment(segment: string): string {
  return segment.replaceAll("~", "~0").replaceAll("/", "~1");
}

/** The segments of a pointer, still escaped; undefined when it does not begin with a slash. */
export function splitPointer(path: string): string[] | undefined {
  return path.startsWith("/") ? path.slice(1).split("/") : undefined;
}
