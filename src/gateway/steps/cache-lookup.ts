import { asksForFresh, ruleOnFreshness } from "../cache/cache-control.ts";
import type { CachedResponse, Lookup } from "../cache/cache.ts";
import { cacheKey } from "../cache/key.ts";
import type { Fill } from "../cache/fill.ts";
import type { CacheProgram } from "../cache/program.ts";
import type { SharedTurn } from "../cache/turns.ts";
import { headerOf } from "../exchange.ts";
import { fixedResponses, Refusal } from "../gateway-response.ts";
import { isNamed } from "../http1/characters.ts";
import type { Invocation } from "../invocation.ts";
import { CONTINUE, type Outcome, type PipelineStep, WAIT } from "../step.ts";
import type { BodySource, HeaderList } from "../transport.ts";
import { cacheStore } from "./cache-store.ts";

const noBody: BodySource = {
  length: 0,
  read: (sink) => sink.onEnd(),
  pause: () => undefined,
  resume: () => undefined,
  discard: () => undefined,
};

/** Whether the client takes the coding of a kept answer: who filled the cache may have taken others. */
function takesCoding(answer: HeaderList, request: HeaderList): boolean {
  for (let i = 0; i < answer.length; i += 2) {
    if (!isNamed(answer[i] as string, "content-encoding")) continue;
    const coding = (answer[i + 1] as string).trim().toLowerCase();
    if (coding === "identity") continue;
    const accepted = (headerOf(request, "accept-encoding") ?? "").toLowerCase().split(",");
    if (!accepted.some((entry) => /^\s*([^\s;]+)\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/.exec(entry)?.[1] === coding))
      return false;
  }
  return true;
}

/** Makes a kept answer the invocation's own; false when it is none that the client can have. */
function give(invocation: Invocation, program: CacheProgram, key: string, found: CachedResponse | undefined): boolean {
  const { exchange, services, method } = invocation;
  const response = services.caching.usable(program, key, found, services.now());
  if (response === undefined || !takesCoding(response.headers, exchange.headers)) return false;
  const { status, headers, body, headLength } = response;
  invocation.status = status;
  invocation.headers = headers.slice();
  if (program.traced) invocation.headers.push("X-Amzn-Trace-Id", invocation.traceId);
  if (headLength === undefined) {
    invocation.body = body;
  } else {
    invocation.endpointResponseBody = noBody;
    if (headLength >= 0) invocation.endpointResponseHeaders = ["Content-Length", String(headLength)];
  }
  // What lies between has nothing to do for an answer that was mapped when it was put.
  invocation.next = method.steps.indexOf(cacheStore.run);
  invocation.cacheResult = "hit";
  return true;
}

/** Goes on to the endpoint; what it answers is for the fill. */
function miss(invocation: Invocation, fill: Fill | undefined): typeof CONTINUE {
  invocation.fill = fill;
  invocation.cacheResult = "miss";
  return CONTINUE;
}

/** Hears of a client that goes away while its request waits. */
function watch({ exchange }: Invocation): { readonly isGone: boolean } {
  const client = { isGone: false };
  exchange.reply.onClose = () => {
    client.isGone = true;
  };
  return client;
}

/** Waits for the answer to another request's miss, if there is room. */
function follow(invocation: Invocation, program: CacheProgram, fill: Fill): Outcome {
  const alone = (): Outcome => miss(invocation, invocation.services.caching.fills.beginAlone(fill));
  const leave = fill.join((response) => {
    if (!give(invocation, program, fill.key, response)) alone();
    invocation.advance();
  });
  if (leave === undefined) return alone();
  // A client that is gone needs no answer, and above all no call of its own.
  invocation.exchange.reply.onClose = leave;
  return WAIT;
}

/** Asks a cache that takes its time; who misses the same key meanwhile waits along. */
async function ask(invocation: Invocation, program: CacheProgram, key: string, found: Promise<Lookup>): Promise<void> {
  const fill = invocation.services.caching.fills.begin(program.place, key);
  const client = watch(invocation);
  const { response, turn } = await found;
  fill.turn.shared = turn;
  if (client.isGone && !fill.isAwaited) {
    fill.settle(undefined);
    return;
  }
  if (give(invocation, program, key, response)) fill.settle(response);
  else miss(invocation, fill);
  invocation.advance();
  // The endpoint is called for those who wait along: whoever made the call has to hear that its own client is gone.
  if (client.isGone) invocation.exchange.reply.onClose?.();
}

/** Goes to the endpoint whatever is kept. Where nodes share the cache they hear of it first: no older answer replaces this one. */
function refresh(invocation: Invocation, { place }: CacheProgram, key: string, now: number): Outcome {
  const { caching } = invocation.services;
  const fill = caching.fills.refresh(place, key);
  const told = caching.cache.refresh(place, key, now);
  if (told === undefined) return miss(invocation, fill);
  void goOn(invocation, fill, told);
  return WAIT;
}

async function goOn(invocation: Invocation, fill: Fill, told: Promise<SharedTurn | undefined>): Promise<void> {
  const client = watch(invocation);
  fill.turn.shared = await told;
  if (client.isGone) return;
  miss(invocation, fill);
  invocation.advance();
}

/** Answers from the cache, or begins to fill it (facts/runtime.md 2.1). */
export const cacheLookup: PipelineStep = {
  name: "cacheLookup",
  needed: ({ cache }) => cache !== undefined,
  run: ({ method: verb, headers }, invocation) => {
    const { cache: program } = invocation.method;
    // With X-HTTP-Method-Override the answer on the wire may lack the body that the method's answer has.
    if (program === undefined || (verb === "HEAD") !== program.isHead) return CONTINUE;
    const { caching, now } = invocation.services;
    const moment = now();
    if (moment < program.availableFrom) return miss(invocation, undefined);
    const key = cacheKey(program.keyPrefix, program.keyParameters, invocation);
    if (asksForFresh(headers)) {
      const ruling = ruleOnFreshness(invocation);
      if (ruling === "refuse") throw new Refusal(fixedResponses.forbidden);
      if (ruling === "refresh") return refresh(invocation, program, key, moment);
      invocation.warnsOfCacheControl = ruling === "warn";
    }
    const underWay = caching.fills.get(program.place, key);
    if (underWay !== undefined) return follow(invocation, program, underWay);
    const found = caching.cache.get(program.place, key, moment);
    if (found instanceof Promise) {
      void ask(invocation, program, key, found);
      return WAIT;
    }
    return give(invocation, program, key, found) ? CONTINUE : miss(invocation, caching.fills.begin(program.place, key));
  },
};
