/** Which stage a request is for: by Host header, or by path where one port serves everything. */
import type { Exchange } from "./exchange.ts";

export interface Address {
  readonly apiId: string;
  readonly stageName: string;
  /** Below the stage, as sent: empty for the stage's root without a slash. */
  readonly path: string;
  /** Of the mapping that led there from a custom domain name; undefined on the host that the API has by itself. */
  readonly basePath: string | undefined;
}

const pathPrefix = "/_aws/execute-api/";
const hostMark = "execute-api.";
const slash = 0x2f;

/** The api of a Host `{apiId}.execute-api.{anything}`, or undefined. */
function apiOfHost(host: string): string | undefined {
  const dot = host.indexOf(".");
  return dot > 0 && host.startsWith(hostMark, dot + 1) && host.length > dot + 1 + hostMark.length
    ? host.slice(0, dot)
    : undefined;
}

/** Whether the control plane's port should pass this request to the gateway. */
export const isInvocation = ({ host, path }: Pick<Exchange, "host" | "path">): boolean =>
  path.startsWith(pathPrefix) || apiOfHost(host) !== undefined;

/** Where a path's next segment begins; slashes may be doubled (facts/runtime.md 1). */
export function skipSlashes(path: string, at: number): number {
  while (path.charCodeAt(at) === slash) at++;
  return at;
}

export function segmentEnd(path: string, start: number): number {
  const end = path.indexOf("/", start);
  return end < 0 ? path.length : end;
}

/** The stage that a request names, whether it exists or not; undefined when it names none. */
export function addressOf({ host, path }: Pick<Exchange, "host" | "path">): Address | undefined {
  let apiId = apiOfHost(host);
  let start = 0;
  if (path.startsWith(pathPrefix)) {
    const apiStart = skipSlashes(path, pathPrefix.length);
    start = segmentEnd(path, apiStart);
    apiId = path.slice(apiStart, start);
  }
  if (apiId === undefined || apiId === "") return undefined;
  const stageStart = skipSlashes(path, start);
  const stageEnd = segmentEnd(path, stageStart);
  return { apiId, stageName: path.slice(stageStart, stageEnd), path: path.slice(stageEnd), basePath: undefined };
}
