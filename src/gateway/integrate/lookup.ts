/** Names to addresses. Every question to the system's resolver takes one of a few threads that the whole process shares. */
import { lookup, type LookupAddress, type LookupOptions } from "node:dns";
import type { LookupFunction } from "node:net";

type Answer = Parameters<LookupFunction>[2];

/** How a question is put to the system. */
export type Ask = (name: string, options: LookupOptions, answer: Answer) => void;

/**
 * A `lookup` for sockets that puts the same question once, however many connections wait for its answer: a name server
 * that hangs holds one thread for a name, not one for every request.
 */
export function sharedLookup(ask: Ask = lookup): LookupFunction {
  const waiting = new Map<string, Answer[]>();
  return (name, options, answer) => {
    const question = JSON.stringify([name, options.family, options.all, options.hints]);
    const others = waiting.get(question);
    if (others !== undefined) {
      others.push(answer);
      return;
    }
    const all = [answer];
    waiting.set(question, all);
    ask(name, options, (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => {
      waiting.delete(question);
      for (const one of all) one(error, address, family);
    });
  };
}
