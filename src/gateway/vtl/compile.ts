/** Mapping templates: source → syntax tree → closures, compiled once and rendered many times. */
import { limits } from "../../limits.ts";
import { type Assign, ExpressionCompiler } from "./compile-expression.ts";
import { Fault, TemplateError } from "./error.ts";
import { DefinedBlock, ForeachScope } from "./scopes.ts";
import { parseTemplate } from "./parse.ts";
import { textOf } from "./print.ts";
import { BROKEN, ENDED, type Evaluate, LEFT, type Render, Run, type Signal, STOPPED } from "./run.ts";
import type { Block, Macro, Node } from "./syntax.ts";
import { type Value, VtlList, VtlMap } from "./value.ts";

/** What a template starts with: the value of each name that it uses. Asked once a name and rendering. */
export type Scope = (name: string) => Value;

export interface Template {
  /** What it renders to whatever it starts with, when it is plain text. */
  readonly text: string | undefined;
  /** The names that it uses. */
  readonly names: ReadonlySet<string>;
  /** Throws a `TemplateError` when something fails or a budget is spent. */
  readonly render: (scope: Scope) => string;
}

type NodeOf<K extends Node["kind"]> = Extract<Node, { kind: K }>;

const written =
  (text: string): Render =>
  (run) => {
    run.write(text);
    return ENDED;
  };

class Compiler extends ExpressionCompiler {
  protected override readonly parameters: ReadonlySet<string>;
  readonly #macros = new Map<string, CompiledMacro>();

  constructor(macros: ReadonlyMap<string, Macro>) {
    super();
    const all = [...macros.values()].flatMap(({ parameters }) => parameters);
    this.parameters = new Set(macros.size === 0 ? all : all.concat(bodyContent));
    this.#compileMacros(macros);
  }

  override block(block: Block): Render {
    const nodes = block.map((node) => this.#node(node));
    return (run) => {
      for (const node of nodes) {
        const signal = node(run);
        if (signal !== ENDED) return signal;
      }
      return ENDED;
    };
  }

  #node(node: Node): Render {
    switch (node.kind) {
      case "text":
        return written(node.text);
      case "output":
        return this.#output(node);
      case "set":
        return this.#set(node);
      case "if":
        return this.#if(node);
      case "foreach":
        return this.#foreach(node);
      case "define":
        return this.#define(node);
      case "call":
        return this.#call(node);
      case "break":
        return this.#break(node);
      case "stop":
        break;
    }
    return () => STOPPED;
  }

  #output({ reference, prefix, isEscaped }: NodeOf<"output">): Render {
    const evaluate = this.reference(reference);
    const { at, text } = reference;
    if (isEscaped) {
      // What is not there keeps its backslash.
      return (run) => {
        run.write(prefix + (evaluate(run) === null ? `\\${text}` : text));
        return ENDED;
      };
    }
    return (run) => {
      run.at = at;
      run.step();
      const value = evaluate(run);
      if (value instanceof DefinedBlock) return value.render(run, text);
      if (prefix !== "") run.write(prefix);
      run.write(textOf(run, value));
      return ENDED;
    };
  }

  /** Setting to nothing does nothing: Velocity's default. */
  #set({ target, value }: NodeOf<"set">): Render {
    const assign = this.assignment(target);
    const evaluate = this.expression(value);
    return (run) => {
      run.at = target.at;
      run.step();
      const result = evaluate(run);
      if (result !== null) assign(run, result);
      return ENDED;
    };
  }

  #if({ branches, otherwise }: NodeOf<"if">): Render {
    const compiled = branches.map(({ condition, body }) => ({
      holds: this.condition(condition),
      body: this.block(body),
    }));
    const last = this.block(otherwise);
    return (run) => {
      for (const { holds, body } of compiled) {
        run.step();
        if (holds(run)) return body(run);
      }
      return last(run);
    };
  }

  #foreach({ name, over, body, at }: NodeOf<"foreach">): Render {
    const evaluate = this.expression(over);
    const loop = {
      variable: this.#variable(name),
      count: this.#variable("velocityCount"),
      scope: this.#variable("foreach"),
    };
    const render = this.block(body);
    return (run) => {
      run.at = at;
      const items = itemsOf(run, evaluate(run));
      if (items === undefined) return ENDED;
      const before = { variable: loop.variable.read(run), count: loop.count.read(run), scope: loop.scope.read(run) };
      const scope = new ForeachScope(before.scope, items.length);
      loop.scope.assign(run, scope);
      let signal: Signal = ENDED;
      for (const item of items) {
        if (scope.index >= limits.templateIterations) {
          run.at = at;
          throw new Fault(`#foreach has more than ${limits.templateIterations} iterations`);
        }
        run.step();
        loop.variable.assign(run, item);
        loop.count.assign(run, scope.index + 1);
        signal = render(run);
        if (signal !== ENDED) break;
        scope.index++;
      }
      loop.variable.assign(run, before.variable);
      loop.count.assign(run, before.count);
      loop.scope.assign(run, before.scope);
      const isElsewhere = signal === LEFT && !scope.isLeft;
      scope.isRunning = false;
      return signal === STOPPED || isElsewhere ? signal : ENDED;
    };
  }

  #break({ loop, at }: NodeOf<"break">): Render {
    if (loop === undefined) return () => BROKEN;
    const evaluate = this.expression(loop);
    return (run) => {
      run.at = at;
      const scope = evaluate(run);
      if (!(scope instanceof ForeachScope && scope.isRunning)) throw new Fault("#break can end nothing but a loop");
      scope.isLeft = true;
      return LEFT;
    };
  }

  #variable(name: string): { readonly read: Evaluate; readonly assign: Assign } {
    return { read: this.reference({ kind: "reference", name, steps: [], text: "", at: 0 }), assign: this.setter(name) };
  }

  #define({ name, body }: NodeOf<"define">): Render {
    const assign = this.setter(name);
    const render = this.block(body);
    return (run) => {
      assign(run, new DefinedBlock(render, run));
      return ENDED;
    };
  }

  /** The macro is looked up when all of them are known, so it may stand behind its first call. */
  #call({ name, given, content, text, at }: NodeOf<"call">): Render {
    const macro = this.#macros.get(name);
    if (macro === undefined) return written(text);
    const { parameters, contentPlace } = macro;
    const compiled = given.map((argument) => this.expression(argument));
    const block = content && this.block(content);
    return (run) => {
      run.at = at;
      run.step();
      const values: (Value | undefined)[] = [];
      if (block !== undefined) values[contentPlace] = new DefinedBlock(block, run);
      const frame = { parameters, given: compiled, caller: run.frame, values };
      const signal = run.enter(frame, () => macro.render(run));
      return signal === BROKEN ? ENDED : signal;
    };
  }

  /** All macros have their place before any is compiled, so that they can call each other in any order. */
  #compileMacros(macros: ReadonlyMap<string, Macro>): void {
    for (const { name, parameters } of macros.values()) {
      const places = new Map([...parameters, bodyContent].map((parameter, place) => [parameter, place]));
      this.#macros.set(name, { parameters: places, contentPlace: parameters.length, render: () => ENDED });
    }
    for (const { name, body } of macros.values()) {
      (this.#macros.get(name) as CompiledMacro).render = this.block(body);
    }
  }
}

interface CompiledMacro {
  readonly parameters: ReadonlyMap<string, number>;
  /** The place of `$bodyContent`. */
  readonly contentPlace: number;
  render: Render;
}

/** The name under which a macro finds what stood between `#@macro()` and `#end`. */
const bodyContent = "bodyContent";

/**
 * What a loop runs over: a list's items or a map's values, as many as it may and one more; nothing for everything else. They
 * stay when the loop changes the list or map.
 */
function itemsOf(run: Run, value: Value): readonly Value[] | undefined {
  const most = limits.templateIterations + 1;
  if (!(value instanceof VtlList || value instanceof VtlMap)) return undefined;
  const items = value instanceof VtlList ? value.items.slice(0, most) : firstOf(value.entries.values(), most);
  run.step(items.length >>> 3);
  return items;
}

function firstOf(values: Iterable<Value>, count: number): readonly Value[] {
  const first: Value[] = [];
  for (const value of values) {
    if (first.length === count) break;
    first.push(value);
  }
  return first;
}

/** Throws a `TemplateError` for a template that is too long or that Velocity's grammar does not have. */
export function compileTemplate(source: string): Template {
  if (source.length > limits.mappingTemplate) throw new TemplateError("The template is too long", source, 0);
  const { body, macros } = parseTemplate(source);
  const compiler = new Compiler(macros);
  const render = compiler.block(body);
  const names = [...compiler.names.keys()];
  const isPlain = body.every((node) => node.kind === "text");
  return {
    text: isPlain ? body.map((node) => (node.kind === "text" ? node.text : "")).join("") : undefined,
    names: new Set(names),
    render(scope) {
      const run = new Run(names.map(scope));
      try {
        render(run);
      } catch (error) {
        throw error instanceof Fault ? new TemplateError(error.message, source, run.at) : error;
      }
      return run.out;
    },
  };
}
