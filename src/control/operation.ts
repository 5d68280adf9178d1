/** What an operation is given and what it may be: the types of the handler table. */
import type { GatewayServices } from "../gateway/invocation.ts";
import type { Input, OperationName, Output } from "../model/service.ts";
import type { Transaction } from "../store/store.ts";

/** What every operation is given beside its input. */
export interface OperationContext {
  readonly tx: Transaction;
  readonly accountId: string;
  readonly region: string;
  /** The time of the request, epoch milliseconds. */
  readonly now: number;
  /** What the account may have, in requests a second and at once. */
  readonly accountRateLimit: number;
  readonly accountBurstLimit: number;
  /** How long a cache cluster takes to be created, deleted or flushed, milliseconds. */
  readonly cacheClusterDuration: number;
  /** Where clients find the gateway: `http://127.0.0.1:8080`. */
  readonly gatewayUrl: string;
  /** 32 bytes: seals secrets at rest (store/seal.ts). */
  readonly masterKey: Buffer;
  /** Stores what ApiKeys used up to now (snapshot/keep-usage.ts), for operations that look at it. */
  readonly flushUsage: () => Promise<void>;
}

/** Most operations: a synchronous function of the store and the input (see store/store.ts for why). */
export type Run<N extends OperationName> = (input: Input<N>, context: OperationContext) => Output<N>;

/** An operation that needs something slow first (a key pair), before its transaction begins. */
export interface Prepared<N extends OperationName, P = unknown> {
  /** Throws for what there is not: before anything is prepared, since look-ups come before an operation's own rules. */
  readonly find?: (input: Input<N>, context: OperationContext) => unknown;
  readonly prepare: (input: Input<N>, context: Omit<OperationContext, "tx">) => Promise<P>;
  readonly run: (input: Input<N>, context: OperationContext, prepared: P) => Output<N>;
}

/** Ties the two halves of a prepared operation to one type; the table then holds it without knowing that type. */
export function prepared<N extends OperationName, P>(operation: Prepared<N, P>): Prepared<N> {
  return operation as Prepared<N>;
}

/**
 * An operation that reads the store, in one transaction that writes nothing, and then does what takes time outside it:
 * it calls endpoints with what the gateway calls them with.
 */
export interface Performed<N extends OperationName, P = unknown> {
  /** All that `perform` needs of the store. What it throws is the caller's refusal. */
  readonly read: (input: Input<N>, context: OperationContext) => P;
  /** `gone` is aborted when the caller goes away: nobody waits for what comes of it then. */
  readonly perform: (plan: P, services: GatewayServices, gone: AbortSignal) => Promise<Output<N>>;
}

/** Ties its two halves to one type, as `prepared` does. */
export function performed<N extends OperationName, P>(operation: Performed<N, P>): Performed<N> {
  return operation as Performed<N>;
}

export type Handler<N extends OperationName> = Run<N> | Prepared<N> | Performed<N>;

/** The table of handlers: a missing or misspelt operation fails the type check. */
export type Handlers = { readonly [N in OperationName]: Handler<N> };
