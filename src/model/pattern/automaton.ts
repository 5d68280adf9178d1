/**
 * A pattern as a nondeterministic automaton, all of whose states are followed at once: the time is bounded by states times
 * characters, whatever the pattern, where an engine that tries one way after the other may take longer than anyone waits.
 */
import { limits } from "../../limits.ts";
import { type CharSet, extraSteps } from "../java-regex/char-set.ts";
import { type Node, PatternRefused, type Points } from "./syntax.ts";

type Look = Node & { readonly kind: "look" };

/** A state takes a character, or holds at a place, or neither; then it goes on to others. */
interface State {
  readonly has: CharSet | undefined;
  /** What looking at a character costs beside the step that entered the state. */
  readonly extra: number;
  readonly holds: ((run: Run, at: number) => boolean) | undefined;
  readonly next: number[];
}

/** One text under test, and what has been found out about it. */
class Run {
  readonly text: Points;
  /** Look-arounds by their number and place: each is looked at once, however they are nested. */
  readonly looks = new Map<string, boolean>();
  #stepsLeft: number = limits.selectionPatternSteps;

  constructor(text: string) {
    this.text = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  }

  /** Counts steps; throws `PatternRefused` when there were too many. */
  step(steps = 1): void {
    if ((this.#stepsLeft -= steps) < 0) throw new PatternRefused("it takes too long");
  }

  get stepsTaken(): number {
    return limits.selectionPatternSteps - this.#stepsLeft;
  }
}

/** More states than any automaton may have, and no more than that: repetitions of repetitions would come to no number. */
const tooMany = limits.selectionPatternStates + 1;
const sum = (counts: readonly number[]): number =>
  Math.min(
    counts.reduce((all, count) => all + count, 0),
    tooMany,
  );

/** How many states the automaton of a tree has, its look-arounds' included: as many as the builder below adds. */
function statesOf(node: Node): number {
  if (node.kind === "set" || node.kind === "anchor") return 1;
  if (node.kind === "look") return sum([3, statesOf(node.body)]);
  if (node.kind === "sequence") return sum(node.parts.map(statesOf));
  if (node.kind === "choice") return sum([1, ...node.options.map((option) => 1 + statesOf(option))]);
  const { body, minimum, maximum } = node;
  const once = statesOf(body);
  return sum([1, minimum * once, (maximum === Infinity ? 1 : maximum - minimum) * (1 + once)]);
}

/** What all automata of one pattern, its look-arounds' included, share. */
class Shared {
  #looks = 0;

  addLook(): number {
    return this.#looks++;
  }
}

class Builder {
  readonly states: State[] = [];
  readonly #shared: Shared;

  constructor(shared: Shared) {
    this.#shared = shared;
  }

  /** Adds a state; gives its number. */
  add(has?: State["has"], holds?: State["holds"]): number {
    return this.states.push({ has, extra: has === undefined ? 0 : extraSteps(has), holds, next: [] }) - 1;
  }

  /** Lets one state go on to another; gives the other. */
  connect(from: number, to: number): number {
    this.states[from]?.next.push(to);
    return to;
  }

  /** Adds what matches the node behind the state `from`; gives the state behind it. */
  build(node: Node, from: number): number {
    if (node.kind === "set") return this.connect(from, this.add(node.has));
    if (node.kind === "anchor")
      return this.connect(
        from,
        this.add(undefined, ({ text }, at) => node.holds(text, at)),
      );
    if (node.kind === "look") return this.connect(from, this.add(undefined, lookAround(node, this.#shared)));
    if (node.kind === "sequence") return node.parts.reduce((at, part) => this.build(part, at), from);
    if (node.kind === "repeat") return this.#repeat(node, from);
    const end = this.add();
    for (const option of node.options) this.connect(this.build(option, this.connect(from, this.add())), end);
    return end;
  }

  #repeat({ body, minimum, maximum }: Node & { readonly kind: "repeat" }, from: number): number {
    let at = from;
    for (let i = 0; i < minimum; i++) at = this.build(body, at);
    const end = this.add();
    if (maximum === Infinity) {
      const start = this.connect(at, this.add());
      this.connect(this.build(body, start), start);
      return this.connect(start, end);
    }
    for (let i = minimum; i < maximum; i++) {
      this.connect(at, end);
      at = this.build(body, this.connect(at, this.add()));
    }
    return this.connect(at, end);
  }
}

/** A pattern made ready to run. */
/** States that are followed at once, in the order in which they were entered. Emptying it costs nothing. */
class StateSet {
  readonly ids: Uint32Array;
  size = 0;
  /** By state: the turn in which it was entered last. */
  readonly #entered: Uint32Array;
  #turn = 1;

  constructor(states: number) {
    this.ids = new Uint32Array(states);
    this.#entered = new Uint32Array(states);
  }

  has(id: number): boolean {
    return this.#entered[id] === this.#turn;
  }

  add(id: number): void {
    this.#entered[id] = this.#turn;
    this.ids[this.size++] = id;
  }

  clear(): void {
    this.size = 0;
    if (++this.#turn <= 0xffff_ffff) return;
    this.#entered.fill(0);
    this.#turn = 1;
  }
}

/** What it goes through is kept for the next run: no two runs of one automaton overlap. */
class Automaton {
  readonly #states: readonly State[];
  readonly #start: number;
  readonly #end: number;
  #current: StateSet;
  #following: StateSet;
  readonly #waiting: number[] = [];

  constructor(tree: Node, shared: Shared) {
    const builder = new Builder(shared);
    this.#start = builder.add();
    // A state that takes a character is entered before it has: the end is one of its own, behind all others.
    this.#end = builder.connect(builder.build(tree, this.#start), builder.add());
    this.#states = builder.states;
    this.#current = new StateSet(this.#states.length);
    this.#following = new StateSet(this.#states.length);
  }

  /** Adds a state, and all that follow from it without a character. */
  #enter(entered: StateSet, first: number, run: Run, at: number): void {
    if (entered.has(first)) return;
    const waiting = this.#waiting;
    waiting.length = 0;
    waiting.push(first);
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
      const state = this.#states[id];
      if (state === undefined || entered.has(id)) continue;
      run.step();
      if (state.holds?.(run, at) === false) continue;
      entered.add(id);
      if (state.has === undefined) for (const next of state.next) waiting.push(next);
    }
  }

  /**
   * Whether a match that begins at `from` ends where `isEnd` says so; `isEnd` is asked of each place up to `to` where one
   * ends. With `anywhere` it may begin at `from` or behind.
   */
  run(run: Run, from: number, to: number, anywhere: boolean, isEnd: (at: number) => boolean): boolean {
    this.#current.clear();
    for (let at = from; ; at++) {
      const current = this.#current;
      if (at === from || anywhere) this.#enter(current, this.#start, run, at);
      if (current.has(this.#end) && isEnd(at)) return true;
      const point = run.text[at];
      if (at === to || point === undefined || (current.size === 0 && !anywhere)) return false;
      this.#advance(run, point, at + 1);
    }
  }

  /** Takes a character: what follows from the present states is present at `at`. */
  #advance(run: Run, point: number, at: number): void {
    const current = this.#current;
    const following = this.#following;
    following.clear();
    for (let nth = 0; nth < current.size; nth++) {
      const state = this.#states[current.ids[nth] as number];
      if (state?.has === undefined) continue;
      if (state.extra > 0) run.step(state.extra);
      if (!state.has(point)) continue;
      for (const next of state.next) this.#enter(following, next, run, at);
    }
    this.#current = following;
    this.#following = current;
  }
}

/** `(?=…)` and its three siblings. */
function lookAround({ ahead, negative, body }: Look, shared: Shared): State["holds"] {
  const automaton = new Automaton(body, shared);
  const number = shared.addLook();
  return (run, at) => {
    const place = `${number}/${at}`;
    const known = run.looks.get(place);
    if (known !== undefined) return known;
    const found = ahead
      ? automaton.run(run, at, run.text.length, false, () => true)
      : automaton.run(run, 0, at, true, (end) => end === at);
    run.looks.set(place, found !== negative);
    return found !== negative;
  };
}

/**
 * A function that says whether a whole text matches; a text that takes too long does not. It tells `spend`, if given, how
 * many steps it took. Throws `PatternRefused` when the automaton would be too large; it is built when the first text comes,
 * for many a pattern is only looked at, and a short one may have thousands of states.
 */
export function compileTree(tree: Node): (text: string, spend?: (steps: number) => void) => boolean {
  // Its start and its end are two more.
  if (statesOf(tree) + 2 > limits.selectionPatternStates) throw new PatternRefused("it is too large");
  let automaton: Automaton | undefined;
  return (text, spend) => {
    // Each character takes a step at least, and is two of a text's units at most.
    if (text.length > limits.selectionPatternSteps * 2) return false;
    automaton ??= new Automaton(tree, new Shared());
    const run = new Run(text);
    const { length } = run.text;
    let matches = false;
    try {
      matches = automaton.run(run, 0, length, false, (at) => at === length);
    } catch (error) {
      if (!(error instanceof PatternRefused)) throw error;
    }
    spend?.(run.stepsTaken);
    return matches;
  };
}
