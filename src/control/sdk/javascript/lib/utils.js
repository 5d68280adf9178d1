/* Small helpers of the generated client: parameters, URLs, headers. */
(function (make) {
  if (typeof module === "object" && module.exports) module.exports = make();
  else {
    const all = (globalThis.apiGateway = globalThis.apiGateway || {});
    all.core = all.core || {};
    all.core.utils = make();
  }
})(function () {
  "use strict";

  /** Percent-encodes everything but letters, digits and `-._~`, as signatures want it. */
  function encode(text) {
    return encodeURIComponent(String(text)).replace(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
  }

  /** Parameters as a Map, from an object or from a list of `{ name, value }`. What is null or undefined is not there. */
  function toMap(given) {
    const entries = Array.isArray(given)
      ? given.map(({ name, value }) => [name, value])
      : Object.entries(given === undefined || given === null ? {} : given);
    return new Map(entries.filter(([, value]) => value !== undefined && value !== null));
  }

  /** One segment of a path. A URL would fold dots into another path than was meant. */
  function segment(text) {
    if (text === "." || text === "..") throw new TypeError(`No value for a path: ${text}`);
    return encode(text);
  }

  /** `/pets/{petId}` with its values. The slashes of a greedy one, `{proxy+}`, stay slashes. */
  function expandPath(template, values) {
    return template.replace(/\{([^{}+]+)(\+?)\}/g, (_whole, name, greedy) => {
      const value = String(values.get(name));
      // `/pets/` is not where a pet is, and `DELETE /pets/` not what was meant.
      if (value === "") throw new TypeError(`Missing required parameter: ${name}`);
      return greedy === "" ? segment(value) : value.split("/").map(segment).join("/");
    });
  }

  /** `?a=1&a=2&b=3`, or nothing. A list of values repeats its name. */
  function queryOf(pairs) {
    const parts = pairs.flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((each) => `${encode(name)}=${encode(each)}`),
    );
    return parts.length === 0 ? "" : `?${parts.join("&")}`;
  }

  /** Sets a header, in the place of one that differs in case alone. */
  function setHeader(headers, name, value) {
    for (const present of Object.keys(headers)) {
      if (present.toLowerCase() === name.toLowerCase()) delete headers[present];
    }
    headers[name] = Array.isArray(value) ? value.join(",") : String(value);
  }

  /** Whether there is a header of this name, in any case. */
  function hasHeader(headers, name) {
    return Object.keys(headers).some((present) => present.toLowerCase() === name.toLowerCase());
  }

  return { encode, toMap, expandPath, queryOf, setHeader, hasHeader };
});
