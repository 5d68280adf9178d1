/* From an operation, its parameters and its body to a request: what every method of the generated client does. */
(function (make) {
  if (typeof module === "object" && module.exports) {
    module.exports = make(require("./utils.js"), require("./sigV4Client.js"), require("./simpleHttpClient.js"));
  } else {
    const core = globalThis.apiGateway.core;
    core.apiGatewayClient = make(core.utils, core.sigV4Client, core.simpleHttpClient);
  }
})(function (utils, sigV4Client, simpleHttpClient) {
  "use strict";

  /** What these take no body for, as fetch does not. */
  const withoutBody = ["GET", "HEAD"];
  /** What goes as JSON. */
  const asJson = ["Object", "Array", "Number", "Boolean"];
  /** What an empty object is no body for. */
  const seldomWithBody = ["DELETE", "OPTIONS"];

  /** What kind of object a value is, whichever window it comes from: `Object`, `Blob`. */
  const kindOf = (value) => Object.prototype.toString.call(value).slice(8, -1);

  /** A body as it is sent: undefined for none, text for JSON, anything that fetch takes as it is. */
  function bodyOf(verb, body) {
    if (body === undefined || body === null || body === "" || withoutBody.includes(verb)) return undefined;
    if (seldomWithBody.includes(verb) && kindOf(body) === "Object" && Object.keys(body).length === 0) return undefined;
    return asJson.includes(kindOf(body)) ? JSON.stringify(body) : body;
  }

  /** The bytes to sign. */
  function bytesOf(body) {
    if (body === undefined) return new Uint8Array(0);
    if (typeof body === "string") return new TextEncoder().encode(body);
    if (kindOf(body) === "ArrayBuffer") return new Uint8Array(body);
    if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
    throw new TypeError("A body of this kind cannot be signed: give a text, an object or bytes");
  }

  const inPlace = (operation, place, values) =>
    operation.parameters
      .filter((parameter) => parameter.place === place && values.has(parameter.name))
      .map(({ name }) => [name, values.get(name)]);

  /** Forms and blobs know their type themselves. */
  const isUntyped = (body) => typeof body === "string" || kindOf(body) === "ArrayBuffer" || ArrayBuffer.isView(body);

  function headersOf(operation, values, config, additional, body) {
    const headers = {};
    const given = [...inPlace(operation, "header", values), ...utils.toMap(additional.headers)];
    for (const [name, value] of given) utils.setHeader(headers, name, value);
    if (!utils.hasHeader(headers, "Accept")) headers.Accept = config.defaultAcceptType;
    if (isUntyped(body) && !utils.hasHeader(headers, "Content-Type")) {
      headers["Content-Type"] = config.defaultContentType;
    }
    if (config.apiKey) utils.setHeader(headers, "x-api-key", config.apiKey);
    return headers;
  }

  /** Throws for a parameter that has to be there and is not. */
  function checkRequired(operation, values) {
    for (const { name, required } of operation.parameters) {
      if (required && !values.has(name)) throw new TypeError(`Missing required parameter: ${name}`);
    }
  }

  /**
   * A function that calls operations. `config`: invokeUrl, region, accessKey, secretKey, sessionToken, apiKey,
   * defaultContentType, defaultAcceptType; `defaults` holds what it does not say.
   */
  function newInvoker(defaults, config = {}) {
    const settings = { defaultContentType: "application/json", defaultAcceptType: "application/json", ...defaults };
    for (const [name, value] of utils.toMap(config)) if (value !== "") settings[name] = value;
    const base = settings.invokeUrl.replace(/\/+$/, "");
    const isSigned = Boolean(settings.accessKey && settings.secretKey);

    return async function invoke(operation, params, body, additionalParams) {
      const values = utils.toMap(params);
      checkRequired(operation, values);
      const additional = additionalParams || {};
      const query = [...inPlace(operation, "query", values), ...utils.toMap(additional.queryParams)];
      const url = new URL(base + utils.expandPath(operation.path, values) + utils.queryOf(query));
      const { verb } = operation;
      const sent = bodyOf(verb, body);
      const headers = headersOf(operation, values, settings, additional, sent);
      if (isSigned) {
        const signed = sigV4Client.sign({ verb, url, body: bytesOf(sent) }, settings, settings.region, new Date());
        for (const [name, value] of Object.entries(signed)) utils.setHeader(headers, name, value);
      }
      return simpleHttpClient.send({ verb, url: url.href, headers, body: sent }, additional.config);
    };
  }

  return { newInvoker };
});
