/** Expressions of the syntax tree → closures. Every name has its place in an array before the first rendering. */
import { limits } from "../../limits.ts";
import { Fault } from "./error.ts";
import { callMethod, propertyNamed } from "./methods.ts";
import { operations } from "./operators.ts";
import { keyOf } from "./print.ts";
import type { Evaluate, Render, Run } from "./run.ts";
import type { Block, Expression, Operation, Reference, ReferenceStep } from "./syntax.ts";
import { type Integer, isInteger, isTrue, type Key, type Value, VtlList, VtlMap } from "./value.ts";

export type Assign = (run: Run, value: Value) => void;

/** Applies one step of a reference to what is before it. */
type Apply = (run: Run, value: Value) => Value;

/** The value of a name that some macro has as a parameter: of the innermost call that was given one, or the variable's. */
function readParameter(run: Run, name: string, slot: number): Value {
  for (let frame = run.frame; frame !== undefined; frame = frame.caller) {
    const place = frame.parameters.get(name) ?? -1;
    const own = frame.values[place];
    if (own !== undefined) return own;
    const given = frame.given[place];
    if (given === undefined) continue;
    run.step();
    return run.enter(frame.caller, () => given(run));
  }
  return run.slots[slot] as Value;
}

/** Sets it wherever it is seen: in all calls that are going on, and as a variable. */
function setParameter(run: Run, name: string, slot: number, value: Value): void {
  for (let frame = run.frame; frame !== undefined; frame = frame.caller) {
    const place = frame.parameters.get(name);
    if (place !== undefined) frame.values[place] = value;
  }
  run.slots[slot] = value;
}

/** The place in a list that an index names: from the end when it is negative. */
function placeIn({ items }: VtlList, index: Integer): number {
  const place = Number(index) < 0 ? Number(index) + items.length : Number(index);
  if (place < 0 || place >= items.length) throw new Fault(`The index ${String(index)} is outside the list`);
  return place;
}

function elementOf(run: Run, value: Value, index: Value): Value {
  if (value instanceof VtlMap) return value.get(keyOf(run, index));
  if (!isInteger(index)) return null;
  if (value instanceof VtlList) return value.items[placeIn(value, index)] ?? null;
  // What has no size has no end to count from.
  if (index < 0) throw new Fault(`The index ${String(index)} is of nothing that has a size`);
  return null;
}

function setElement(run: Run, target: Value, index: Value, value: Value): void {
  if (target instanceof VtlMap) target.put(keyOf(run, index), value);
  else if (target instanceof VtlList && isInteger(index)) target.items[placeIn(target, index)] = value;
}

function rangeOf(run: Run, from: Value, to: Value): Value {
  if (typeof from !== "number" || typeof to !== "number") return null;
  const count = Math.abs(to - from) + 1;
  if (count > limits.templateRange) throw new Fault("A range is too long");
  run.step(count);
  const direction = to >= from ? 1 : -1;
  return new VtlList(Array.from({ length: count }, (_, i) => from + i * direction));
}

const sourceOf = (expression: Expression): string => (expression.kind === "reference" ? expression.text : "");

function canHold(expression: Expression): boolean {
  switch (expression.kind) {
    case "literal":
      return typeof expression.value === "boolean";
    case "chain":
      return !arithmetic.has(expression.rest.at(-1)?.operator ?? "");
    case "reference":
    case "not":
    case "and":
    case "or":
      return true;
    case "interpolated":
    case "list":
    case "map":
    case "range":
      break;
  }
  return false;
}

const arithmetic: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%"]);

export abstract class ExpressionCompiler {
  /** By name: its place among a run's slots. */
  readonly names = new Map<string, number>();
  /** Names of all macros' parameters: what they stand for depends on the calls that are going on. */
  protected abstract readonly parameters: ReadonlySet<string>;

  protected abstract block(block: Block): Render;

  slotOf(name: string): number {
    const slot = this.names.get(name) ?? this.names.size;
    this.names.set(name, slot);
    return slot;
  }

  expression(expression: Expression): Evaluate {
    switch (expression.kind) {
      case "literal": {
        const { value } = expression;
        return () => value;
      }
      case "interpolated":
        return this.#interpolated(expression.body);
      case "reference":
        return this.reference(expression);
      case "list":
        return this.#list(expression.items);
      case "map":
        return this.#map(expression.entries);
      case "range": {
        const from = this.expression(expression.from);
        const to = this.expression(expression.to);
        return (run) => rangeOf(run, from(run), to(run));
      }
      case "not": {
        const holds = this.condition(expression.of);
        return (run) => !holds(run);
      }
      case "and":
      case "or":
        return this.#logical(expression.kind === "or", expression.operands);
      case "chain":
        break;
    }
    return this.#chain(expression.first, expression.rest);
  }

  #interpolated(body: Block): Evaluate {
    const render = this.block(body);
    return (run) => run.made(run.capture(() => render(run)));
  }

  #list(items: readonly Expression[]): Evaluate {
    const compiled = items.map((item) => this.expression(item));
    return (run) => {
      run.step(1 + compiled.length);
      return new VtlList(compiled.map((item) => item(run)));
    };
  }

  #map(entries: readonly (readonly [Expression, Expression])[]): Evaluate {
    const compiled = entries.map(([key, value]) => [this.expression(key), this.expression(value)] as const);
    return (run) => {
      run.step(1 + compiled.length);
      return new VtlMap(new Map(compiled.map(([key, value]): [Key, Value] => [keyOf(run, key(run)), value(run)])));
    };
  }

  /** The first operand that decides does so. */
  #logical(decides: boolean, operands: readonly Expression[]): Evaluate {
    const compiled = operands.map((operand) => this.condition(operand));
    return (run) => {
      for (const holds of compiled) {
        run.step();
        if (holds(run) === decides) return decides;
      }
      return !decides;
    };
  }

  /** Whether an expression holds. A text, number, list or map that is written out never does, nor what `+` makes. */
  condition(expression: Expression): (run: Run) => boolean {
    if (!canHold(expression)) return () => false;
    const evaluate = this.expression(expression);
    return (run) => isTrue(evaluate(run));
  }

  #chain(first: Expression, rest: readonly Operation[]): Evaluate {
    const start = this.expression(first);
    const startSource = sourceOf(first);
    const compiled = rest.map(({ operator, operand }) => ({
      operate: operations[operator],
      operand: this.expression(operand),
      source: sourceOf(operand),
    }));
    const [only] = compiled;
    if (only !== undefined && compiled.length === 1) {
      const { operate, operand, source } = only;
      return (run) => {
        run.step();
        return operate(run, start(run), operand(run), startSource, source);
      };
    }
    return (run) => {
      let left = start(run);
      let leftSource = startSource;
      for (const { operate, operand, source } of compiled) {
        run.step();
        left = operate(run, left, operand(run), leftSource, source);
        leftSource = "";
      }
      return left;
    };
  }

  #root(name: string): Evaluate {
    const slot = this.slotOf(name);
    if (this.parameters.has(name)) return (run) => readParameter(run, name, slot);
    return (run) => run.slots[slot] as Value;
  }

  #step(step: ReferenceStep): Apply {
    if (step.kind === "property") {
      const { name } = step;
      const property = propertyNamed(name);
      return (run, value) => (value instanceof VtlMap ? value.get(name) : property(run, value));
    }
    const { at } = step;
    if (step.kind === "index") {
      const index = this.expression(step.index);
      return (run, value) => {
        const place = index(run);
        run.at = at;
        return elementOf(run, value, place);
      };
    }
    const { name } = step;
    const given = step.given.map((argument) => this.expression(argument));
    return (run, value) => {
      const values = given.map((argument) => argument(run));
      run.at = at;
      return callMethod(run, value, name, values);
    };
  }

  /** Nothing has no properties and no methods: a reference through it is nothing. */
  reference({ name, steps, at }: Reference): Evaluate {
    const root = this.#root(name);
    const compiled = steps.map((step) => this.#step(step));
    const [only] = compiled;
    if (only === undefined) return root;
    if (compiled.length === 1) {
      return (run) => {
        run.at = at;
        const value = root(run);
        return value === null ? null : only(run, value);
      };
    }
    return (run) => {
      run.at = at;
      let value = root(run);
      for (const apply of compiled) {
        if (value === null) return null;
        run.step();
        value = apply(run, value);
      }
      return value;
    };
  }

  /** Setting what has no place to be set does nothing. */
  assignment(target: Reference): Assign {
    const last = target.steps.at(-1);
    if (last === undefined) return this.setter(target.name);
    const owner = this.reference({ ...target, steps: target.steps.slice(0, -1) });
    // A method stands for the property of its name.
    if (last.kind !== "index") return (run, value) => setElement(run, owner(run), last.name, value);
    const index = this.expression(last.index);
    return (run, value) => {
      const into = owner(run);
      run.at = last.at;
      setElement(run, into, index(run), value);
    };
  }

  protected setter(name: string): Assign {
    const slot = this.slotOf(name);
    if (this.parameters.has(name)) return (run, value) => setParameter(run, name, slot, value);
    return (run, value) => {
      run.slots[slot] = value;
    };
  }
}
