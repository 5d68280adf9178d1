/** Which template a request's headers choose (facts/mapping.md 2). */

export const defaultMediaType = "application/json";

/** The media type of a Content-Type header, lower-case, without parameters; missing means JSON. */
export function mediaTypeOf(contentType: string | undefined): string {
  if (contentType === undefined) return defaultMediaType;
  const end = contentType.indexOf(";");
  return (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase() || defaultMediaType;
}

/** The first media type of an Accept header, lower-case, without parameters; missing means JSON. */
export function firstAccepted(accept: string | undefined): string {
  if (accept === undefined) return defaultMediaType;
  const end = accept.indexOf(",");
  return mediaTypeOf(end < 0 ? accept : accept.slice(0, end));
}

const mediaType = /^[!-~]+\/[ -~]+$/;

/** A template's key as the type of what it makes: `$default`, and whatever else is no media type, stands for JSON. */
export const typeOfTemplate = (key: string): string => (mediaType.test(key) ? key : defaultMediaType);
