/* Signs a request with Signature Version 4, for the service execute-api. */
(function (make) {
  if (typeof module === "object" && module.exports)
    module.exports = make(require("./sha256.js"), require("./utils.js"));
  else {
    const core = globalThis.apiGateway.core;
    core.sigV4Client = make(core.sha256, core.utils);
  }
})(function (sha256, utils) {
  "use strict";

  const service = "execute-api";
  const algorithm = "AWS4-HMAC-SHA256";

  const bytesOf = (text) => new TextEncoder().encode(text);
  const hashOf = (bytes) => sha256.toHex(sha256.hash(bytes));

  /** `20260102T030405Z`. */
  const stampOf = (time) => time.toISOString().replace(/\.\d+|[:-]/g, "");

  /** Each segment is encoded once more than it is sent. */
  const canonicalPath = (path) => path.split("/").map(utils.encode).join("/");

  function canonicalQuery(search) {
    const pairs = search.replace(/^\?/, "").split("&").filter(Boolean);
    const encoded = pairs.map((pair) => {
      const at = pair.indexOf("=");
      const [name, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
      return [utils.encode(decodeURIComponent(name)), utils.encode(decodeURIComponent(value))];
    });
    const order = ([name1, value1], [name2, value2]) => {
      if (name1 !== name2) return name1 < name2 ? -1 : 1;
      return value1 < value2 ? -1 : Number(value1 > value2);
    };
    return encoded
      .sort(order)
      .map(([name, value]) => `${name}=${value}`)
      .join("&");
  }

  function signingKey(secretKey, date, region) {
    return [date, region, service, "aws4_request"].reduce(
      (key, part) => sha256.hmac(key, bytesOf(part)),
      bytesOf(`AWS4${secretKey}`),
    );
  }

  /**
   * The headers that sign a request: `{ verb, url, body }` with a URL and a body of bytes. `credentials`: accessKey,
   * secretKey and, where there is one, sessionToken.
   */
  function sign({ verb, url, body }, credentials, region, time) {
    const stamp = stampOf(time);
    const date = stamp.slice(0, 8);
    const headers = { "x-amz-date": stamp };
    if (credentials.sessionToken) headers["x-amz-security-token"] = credentials.sessionToken;
    const signed = Object.entries({ host: url.host, ...headers }).sort(([a], [b]) => (a < b ? -1 : 1));
    const names = signed.map(([name]) => name).join(";");
    const canonical = [
      verb,
      canonicalPath(url.pathname),
      canonicalQuery(url.search),
      ...signed.map(([name, value]) => `${name}:${value.trim()}`),
      "",
      names,
      hashOf(body),
    ].join("\n");
    const scope = `${date}/${region}/${service}/aws4_request`;
    const text = [algorithm, stamp, scope, hashOf(bytesOf(canonical))].join("\n");
    const signature = sha256.toHex(sha256.hmac(signingKey(credentials.secretKey, date, region), bytesOf(text)));
    headers.Authorization = `${algorithm} Credential=${credentials.accessKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
    return headers;
  }

  return { sign };
});
