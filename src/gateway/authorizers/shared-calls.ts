/** Calls under way, by key: who asks for the same meanwhile gets the same answer, and nobody asks twice. */

type Listener<V> = (value: V) => void;

/** Starts the work; `settle` is called once with what came of it. Returns what gives it up. */
export type Begin<V> = (settle: Listener<V>) => () => void;

interface SharedCall<V> {
  readonly listeners: Set<Listener<V>>;
  giveUp: () => void;
}

export class SharedCalls<V> {
  readonly #calls = new Map<string, SharedCall<V>>();

  /** The listener is told once, unless what is returned is called before. The last who leaves ends the call. */
  ask(key: string, begin: Begin<V>, listener: Listener<V>): () => void {
    const call = this.#calls.get(key) ?? this.#begin(key, begin);
    // A listener of one request may be that of another one too: each has a place of its own.
    const own: Listener<V> = (value) => listener(value);
    call.listeners.add(own);
    return () => {
      if (!call.listeners.delete(own) || call.listeners.size > 0 || this.#calls.get(key) !== call) return;
      this.#calls.delete(key);
      call.giveUp();
    };
  }

  #begin(key: string, begin: Begin<V>): SharedCall<V> {
    const call: SharedCall<V> = { listeners: new Set(), giveUp: () => undefined };
    this.#calls.set(key, call);
    // Later, so that there is a listener when the answer is there at once.
    queueMicrotask(() => {
      if (this.#calls.get(key) !== call) return;
      call.giveUp = begin((value) => {
        if (this.#calls.get(key) === call) this.#calls.delete(key);
        const listeners = [...call.listeners];
        call.listeners.clear();
        for (const each of listeners) each(value);
      });
    });
    return call;
  }
}
