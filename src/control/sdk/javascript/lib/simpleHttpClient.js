/* Sends a request with fetch, and reads the answer into { status, statusText, headers, data }. */
(function (make) {
  if (typeof module === "object" && module.exports) module.exports = make();
  else globalThis.apiGateway.core.simpleHttpClient = make();
})(function () {
  "use strict";

  const isJson = (type) => /^application\/([\w.+-]+\+)?json\b/i.test(type || "");

  /** The body as `responseType` wants it; without one, JSON where it is JSON, else text. */
  async function dataOf(response, responseType) {
    if (responseType === "arraybuffer") return response.arrayBuffer();
    if (responseType === "blob") return response.blob();
    const text = await response.text();
    if (responseType === "text" || !isJson(response.headers.get("content-type"))) return text;
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }

  /** An answer outside of 200 to 299; it carries the answer as `response`, and what the answer carries. */
  class ApiError extends Error {
    constructor(result) {
      super(`Request failed with status code ${result.status}`);
      this.name = "ApiError";
      this.response = result;
      Object.assign(this, result);
    }
  }

  /** Resolves with the answer; rejects with an ApiError, or with what fetch rejects with. */
  async function send({ verb, url, headers, body }, { responseType, ...options } = {}) {
    const response = await fetch(url, { ...options, method: verb, headers, body });
    const result = {
      status: response.status,
      statusText: response.statusText,
      headers: Object.fromEntries(response.headers),
      data: await dataOf(response, responseType),
    };
    if (!response.ok) throw new ApiError(result);
    return result;
  }

  return { send, ApiError };
});
