/**
 * UpdateStage once more, written as plainly as can be: one long `if` over mutable plain objects and texts cut at slashes.
 * It shares nothing with the code but the facts, and is what random patch lists are compared with.
 */
import { accessLogText, copyText, longText, removeText } from "./stage-texts.ts";

/** A value that a random operation may have, and what each kind of field makes of it (undefined: refused). */
export interface KnownValue {
  readonly text: string | undefined;
  readonly integer?: number;
  readonly double?: number;
}

type Bag = Record<string, string>;
/** The stage as the model has it: whatever is not set is undefined. */
export interface ReferenceStage {
  deploymentId: string;
  description?: string | undefined;
  cacheClusterEnabled: boolean;
  cacheClusterSize?: string | undefined;
  cacheClusterTransition?: { status: string; endsAt: number; nth?: number } | undefined;
  methodSettings: Map<string, Record<string, unknown>>;
  variables: Bag;
  documentationVersion?: string | undefined;
  accessLogSettings: { format?: string; destinationArn?: string };
  canary?: { deploymentId: string; percentTraffic: number; overrides: Bag; useStageCache: boolean } | undefined;
  clientCertificateId?: string | undefined;
  tracingEnabled: boolean;
}

export interface ReferenceWorld {
  readonly deploymentIds: readonly string[];
  readonly documentationVersions: readonly string[];
  readonly clientCertificateIds: readonly string[];
  readonly hasLoggingRole: boolean;
  /** Milliseconds at which a cluster that changes now is done. */
  readonly endsAt: number;
}

export interface ReferenceOperation {
  readonly op: string;
  readonly path: string;
  readonly value: KnownValue;
  readonly from: string | undefined;
}

const emptyBag = (): Bag => Object.create(null) as Bag;
const stop = (message: string): never => {
  throw new Error(message);
};

const defaults = {
  metricsEnabled: false,
  dataTraceEnabled: false,
  throttlingBurstLimit: 5000,
  throttlingRateLimit: 10000,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: "SUCCEED_WITH_RESPONSE_HEADER",
};
const strategyWords = ["FAIL_WITH_403", "SUCCEED_WITH_RESPONSE_HEADER", "SUCCEED_WITHOUT_RESPONSE_HEADER"];
const sizeWords = ["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"];
const verbs = "DELETE GET HEAD OPTIONS PATCH POST PUT".split(" ");

const leafNames = new Set([
  "metrics/enabled",
  "logging/dataTrace",
  "logging/loglevel",
  "throttling/burstLimit",
  "throttling/rateLimit",
  "caching/ttlInSeconds",
  "caching/enabled",
  "caching/dataEncrypted",
  "caching/requireAuthorizationForCacheControl",
  "caching/unauthorizedCacheControlHeaderStrategy",
]);

const isTrue = (text: string | undefined): boolean => text === "true" || text === "TRUE";

function leafOf(name: string, value: KnownValue, world: ReferenceWorld): [string, unknown] | undefined {
  const { text, integer = Number.NaN, double = Number.NaN } = value;
  if (name === "metrics/enabled") return ["metricsEnabled", isTrue(text)];
  if (name === "logging/dataTrace") return ["dataTraceEnabled", isTrue(text)];
  if (name === "caching/enabled") return ["cachingEnabled", isTrue(text)];
  if (name === "caching/dataEncrypted") return ["cacheDataEncrypted", isTrue(text)];
  if (name === "caching/requireAuthorizationForCacheControl")
    return ["requireAuthorizationForCacheControl", isTrue(text)];
  if (name === "logging/loglevel") {
    if (text !== "OFF" && text !== "ERROR" && text !== "INFO") {
      stop("Invalid logging level specified. Must be one of: [OFF, ERROR, INFO]");
    }
    if (text !== "OFF" && !world.hasLoggingRole) {
      stop("CloudWatch Logs role ARN must be set in account settings to enable logging");
    }
    return ["loggingLevel", text];
  }
  if (name === "throttling/burstLimit") {
    if (!(integer >= -1) || integer > 2147483647) {
      stop("Invalid throttling burst limit specified. Must be a non-negative integer, or -1 for no limit");
    }
    return ["throttlingBurstLimit", integer];
  }
  if (name === "throttling/rateLimit") {
    if (!(double === -1 || double >= 0)) {
      stop("Invalid throttling rate limit specified. Must be a non-negative number, or -1 for no limit");
    }
    return ["throttlingRateLimit", double];
  }
  if (name === "caching/ttlInSeconds") {
    if (!(integer >= 0 && integer <= 3600)) {
      stop("Invalid time-to-live setting, must be an integer no greater than 3600");
    }
    return ["cacheTtlInSeconds", integer];
  }
  if (name === "caching/unauthorizedCacheControlHeaderStrategy") {
    if (!strategyWords.includes(text ?? "")) {
      stop(
        `Invalid unauthorized cache control header strategy specified. Must be one of: [${strategyWords.join(", ")}]`,
      );
    }
    return ["unauthorizedCacheControlHeaderStrategy", text];
  }
  return undefined;
}

function plainMethod(key: string): string {
  const parts = key.split("/");
  const verb = parts.pop();
  const resource = parts.join("/").split("~1").join("/").split("~0").join("~");
  return `${resource.replace(/^\//, "")} ${verb}`;
}

/** `~1a/GET` and `a/GET` are the same method. */
const sameMethod = (a: string, b: string): boolean =>
  a === b || (a !== "*/*" && b !== "*/*" && plainMethod(a) === plainMethod(b));

function setLeaf(stage: ReferenceStage, operation: ReferenceOperation, world: ReferenceWorld): boolean {
  let parts = operation.path.split("/").slice(1);
  if (parts[0] === "methodSettings" && parts.length >= 5) parts = parts.slice(1);
  if (parts.length < 4 || !operation.path.startsWith("/")) return false;
  const group = parts.slice(-2).join("/");
  const verb = parts.at(-3) ?? "";
  const resource = parts.slice(0, -3).join("/");
  if (!leafNames.has(group)) return false;
  if (resource === "" || verb === "") return false;
  const legal = (resource === "*" && verb === "*") || (verbs.includes(verb) && !resource.includes("*"));
  if (!legal) return false;
  if (operation.op === "add") stop(`Invalid add operation with path: ${operation.path}`);
  const [member, value] = leafOf(group, operation.value, world) ?? stop("no leaf");
  const key = `${resource}/${verb}`;
  const old = [...stage.methodSettings.keys()].find((other) => sameMethod(other, key));
  const base = old === undefined ? stage.methodSettings.get("*/*") : stage.methodSettings.get(old);
  if (old !== undefined && old !== key) stage.methodSettings.delete(old);
  stage.methodSettings.set(key, { ...(base ?? defaults), [member]: value });
  return true;
}

function setEntry(bag: Bag, name: string, text: string | undefined): void {
  if (text === undefined) {
    delete bag[name];
    return;
  }
  const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
  if (name.split("").some((letter) => !letters.includes(letter))) {
    stop(`Invalid stage variable name: ${name}. Please use names with only word characters.`);
  }
  if (name.length > 64) stop(`Invalid stage variable name: ${name}. Names can be at most 64 characters.`);
  if (text === "" || text.split("").some((letter) => !`${letters} -._~:/?#&=,`.includes(letter))) {
    stop(
      `Invalid stage variable value of key ${name}.  Please use values with alphanumeric characters and the symbols ' ', -', '.', '_', ':', '/', '?', '&', '=', and ','.`,
    );
  }
  if (text.length > 512) stop(`Invalid stage variable value of key ${name}.  Values can be at most 512 characters.`);
  bag[name] = text;
}

function bagFrom(text: string | undefined): Bag {
  const bag = emptyBag();
  const known: Record<string, [string, string][]> = {
    '{"a":"1","__proto__":"2"}': [
      ["a", "1"],
      ["__proto__", "2"],
    ],
    '{"b":"3"}': [["b", "3"]],
    "{}": [],
    '{"a-b":"1"}': [["a-b", "1"]],
  };
  if (text === undefined) return bag;
  const entries = Object.hasOwn(known, text) ? known[text] : undefined;
  for (const [name, value] of entries ??
    stop("Invalid stage variables specified. The value must be a JSON map of names to values")) {
    setEntry(bag, name, value);
  }
  return bag;
}

function setAccessLog(stage: ReferenceStage, child: string, text: string | undefined, world: ReferenceWorld): void {
  if (text === undefined || text === "") stop("Access Log value must not be empty");
  const value = text ?? "";
  if (child === "format") {
    if (
      !(
        value === "$context.requestId" ||
        value.includes("$context.requestId\n") ||
        value.includes(".extendedRequestId")
      )
    ) {
      stop("Access Log format must include either $context.requestId or $context.extendedRequestId");
    }
    if (value.includes("\n") && value.indexOf("\n") < value.length - 1) {
      stop("Access Log format must be single line, new line character is allowed only at end of the format");
    }
    stage.accessLogSettings.format = value;
    return;
  }
  const isGroup = value.startsWith("arn:aws:logs:") && !value.endsWith("*");
  const isStream = value.startsWith("arn:aws:firehose:");
  if (!isGroup && !isStream) {
    stop("The ARN must be a valid CloudWatch Logs log group or Kinesis Data Firehose delivery stream");
  }
  if (isStream && !value.includes("/amazon-apigateway-")) {
    stop("Kinesis Firehose delivery stream name must begin with the characters 'amazon-apigateway-'");
  }
  if (isGroup && !world.hasLoggingRole) {
    stop("CloudWatch Logs role ARN must be set in account settings to enable logging");
  }
  stage.accessLogSettings.destinationArn = value;
}

/** Sets what `replace` may set; false when the path is none that can be set. */
function replace(stage: ReferenceStage, operation: ReferenceOperation, world: ReferenceWorld): boolean {
  const { path, value } = operation;
  const { text, double = Number.NaN } = value;
  const clear = text === undefined || text === "";
  const deployment = (): string =>
    text !== undefined && world.deploymentIds.includes(text) ? text : stop("Deployment id does not exist");
  const canary = () =>
    (stage.canary ??= {
      deploymentId: stage.deploymentId,
      percentTraffic: 0,
      overrides: emptyBag(),
      useStageCache: false,
    });
  /** Changes within one millisecond are numbered. */
  const transition = (status: string) => {
    const before = stage.cacheClusterTransition;
    const { endsAt } = world;
    return before?.endsAt === endsAt ? { status, endsAt, nth: (before.nth ?? 1) + 1 } : { status, endsAt };
  };
  const parts = path.split("/");
  if (path === "/deploymentId") stage.deploymentId = deployment();
  else if (path === "/description") {
    if (text?.includes("\u0000")) stop("Description can be at most 125000 characters without control characters");
    stage.description = clear ? undefined : text;
  } else if (path === "/documentationVersion") {
    if (!clear && !world.documentationVersions.includes(text)) stop("Invalid Documentation version specified");
    stage.documentationVersion = clear ? undefined : text;
  } else if (path === "/clientCertificateId") {
    if (!clear && !world.clientCertificateIds.includes(text)) stop("Invalid Client Certificate identifier specified");
    stage.clientCertificateId = clear ? undefined : text;
  } else if (path === "/tracingEnabled") stage.tracingEnabled = isTrue(text);
  else if (path === "/cacheClusterEnabled") {
    if (stage.cacheClusterEnabled !== isTrue(text)) {
      stage.cacheClusterEnabled = isTrue(text);
      if (isTrue(text)) stage.cacheClusterSize ??= "0.5";
      const status = isTrue(text) ? "CREATE_IN_PROGRESS" : "DELETE_IN_PROGRESS";
      stage.cacheClusterTransition = transition(status);
    }
  } else if (path === "/cacheClusterSize") {
    if (!sizeWords.includes(text ?? "")) {
      stop(`Invalid cache cluster size specified. Must be one of: [${sizeWords.join(", ")}]`);
    }
    if (stage.cacheClusterEnabled && stage.cacheClusterSize !== text) {
      stage.cacheClusterTransition = transition("CREATE_IN_PROGRESS");
    }
    stage.cacheClusterSize = text;
  } else if (path === "/accessLogSettings/format") setAccessLog(stage, "format", text, world);
  else if (path === "/accessLogSettings/destinationArn") setAccessLog(stage, "destinationArn", text, world);
  else if (path === "/variables") stage.variables = bagFrom(text);
  else if (parts[1] === "variables" && parts.length === 3 && parts[2] !== "") {
    setEntry(stage.variables, (parts[2] ?? "").replaceAll("~1", "/").replaceAll("~0", "~"), text);
  } else if (path === "/canarySettings/deploymentId") {
    const id = deployment();
    canary().deploymentId = id;
  } else if (path === "/canarySettings/percentTraffic") {
    if (!(double >= 0 && double <= 100)) {
      stop("Invalid percentTraffic specified. Must be a number between 0.0 and 100.0");
    }
    canary().percentTraffic = double;
  } else if (path === "/canarySettings/useStageCache") canary().useStageCache = isTrue(text);
  else if (path === "/canarySettings/stageVariableOverrides") {
    const bag = bagFrom(text);
    if (stage.canary !== undefined || Object.keys(bag).length > 0) canary().overrides = bag;
  } else if (parts[1] === "canarySettings" && parts[2] === "stageVariableOverrides" && parts.length === 4 && parts[3]) {
    const bag = Object.assign(emptyBag(), stage.canary?.overrides);
    setEntry(bag, parts[3].replaceAll("~1", "/").replaceAll("~0", "~"), text);
    if (stage.canary !== undefined || Object.keys(bag).length > 0) canary().overrides = bag;
  } else return setLeaf(stage, operation, world);
  return true;
}

function remove(stage: ReferenceStage, path: string): void {
  const parts = path.split("/");
  const last = (parts.at(-1) ?? "").replaceAll("~1", "/").replaceAll("~0", "~");
  if (path === "/canarySettings") stage.canary = undefined;
  else if (path === "/accessLogSettings") stage.accessLogSettings = {};
  else if (path === "/variables") stage.variables = emptyBag();
  else if (parts[1] === "variables" && parts.length === 3 && last !== "") delete stage.variables[last];
  else if (path.startsWith("/canarySettings/stageVariableOverrides/") && parts.length === 4 && last !== "") {
    if (stage.canary) delete stage.canary.overrides[last];
  } else {
    const key = path.replace(/^\//, "");
    const isMethod = path.startsWith("/") && parts.slice(1, -1).join("/") !== "";
    const old = isMethod && [...stage.methodSettings.keys()].find((other) => sameMethod(other, key));
    if (!old) stop(removeText(key));
    stage.methodSettings.delete(old || "");
  }
}

function copy(stage: ReferenceStage, path: string, from: string | undefined): void {
  if (path === "/deploymentId" && from === "/canarySettings/deploymentId") {
    stage.deploymentId = (stage.canary ?? stop("Promotion not available. Canary does not exist.")).deploymentId;
  } else if (path === "/variables" && from === "/canarySettings/stageVariableOverrides") {
    const { overrides } = stage.canary ?? stop("Promotion not available. Canary does not exist.");
    stage.variables = Object.assign(emptyBag(), stage.variables, overrides);
  } else stop(copyText(path, from ?? "null"));
}

const addable = (path: string): boolean =>
  /^\/accessLogSettings\/(format|destinationArn)$/.test(path) || /^\/variables\/[^/]+$/.test(path);
const replaceable =
  /^\/(deploymentId|description|documentationVersion|clientCertificateId|tracingEnabled|cacheCluster(Enabled|Size)|variables|canarySettings\/(deploymentId|percentTraffic|useStageCache|stageVariableOverrides(\/[^/]+)?))$/;

/** Changes the stage by one operation, or throws an Error with the service's message. */
export function referenceStep(stage: ReferenceStage, operation: ReferenceOperation, world: ReferenceWorld): void {
  const { op, path, from } = operation;
  if (op === "remove") return remove(stage, path);
  if (op === "copy") return copy(stage, path, from);
  if (op !== "add" && op !== "replace") return stop(`Invalid ${op} operation with path: ${path}`);
  if (op === "add" && replaceable.test(path)) stop(`Invalid add operation with path: ${path}`);
  const given =
    op === "add" && addable(path)
      ? { ...operation, value: { ...operation.value, text: operation.value.text ?? "" } }
      : operation;
  if (replace(stage, given, world)) return undefined;
  return stop(path === "/accessLogSettings" || path.startsWith("/accessLogSettings/") ? accessLogText : longText(path));
}

const orAbsent = (map: object): object | undefined =>
  Object.keys(map).length === 0 ? undefined : Object.fromEntries(Object.entries(map));

/** The stage as it is stored, but for its name and dates. */
export function referenceDocument(stage: ReferenceStage): Record<string, unknown> {
  const { methodSettings, variables, accessLogSettings, canary, ...rest } = stage;
  const document = {
    ...rest,
    methodSettings: Object.fromEntries(methodSettings),
    variables: orAbsent(variables),
    accessLogSettings: orAbsent(accessLogSettings),
    canarySettings: canary && {
      deploymentId: canary.deploymentId,
      percentTraffic: canary.percentTraffic,
      useStageCache: canary.useStageCache,
      ...(Object.keys(canary.overrides).length > 0 && { stageVariableOverrides: orAbsent(canary.overrides) }),
    },
  };
  return Object.fromEntries(Object.entries(document).filter(([, member]) => member !== undefined));
}
