/** What the authorizers of all requests of a thread share. */
import { KeptResults } from "./kept-results.ts";
import { KeySets, type KeySetsOptions } from "./key-sets.ts";
import type { AuthorizerOutcome } from "./result.ts";
import { SharedCalls } from "./shared-calls.ts";

export class Authorizers {
  readonly kept = new KeptResults();
  readonly calls = new SharedCalls<AuthorizerOutcome>();
  readonly keySets: KeySets;

  constructor(keySets: KeySets) {
    this.keySets = keySets;
  }

  /** For a test: with the same keys, but nothing that was kept, and nothing that will be. */
  apart(): Authorizers {
    return new Authorizers(this.keySets);
  }
}

export const createAuthorizers = (options: KeySetsOptions): Authorizers => new Authorizers(new KeySets(options));
