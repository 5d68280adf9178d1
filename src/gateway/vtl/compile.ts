/** Mapping templates: source → syntax tree → closures, compiled once and rendered many times. */
import { limits } from "../../limits.ts";
import {
  type Assign,
  BROKEN,
  ENDED,
  ExpressionCompiler,
  type Render,
  type Signal,
  STOPPED,
} from "./compile-expression.ts";
import { Fault, TemplateError } from "./error.ts";
import { DefinedBlock, ForeachScope } from "./scopes.ts";
import { parseTemplate } from "./parse.ts";
import { textOf } from "./print.ts";
import { type Evaluate, type Frame, Run } from "./run.ts";
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

class Compiler extends ExpressionCompiler {
  readonly #macros: ReadonlyMap<string, Macro>;
  readonly #compiled = new Map<string, CompiledMacro>();

  constructor(macros: ReadonlyMap<string, Macro>) {
    super();
    this.#macros = macros;
    this.#compileMacros();
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
      case "text": {
        const { text } = node;
        return (run) => {
          run.write(text);
          return ENDED;
        };
      }
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
        return () => BROKEN;
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
      const value = textOf(run, evaluate(run));
      run.write(prefix === "" ? value : prefix + value);
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
      const items = itemsOf(evaluate(run));
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
      return signal === STOPPED ? STOPPED : ENDED;
    };
  }

  #variable(name: string): { readonly read: Evaluate; readonly assign: Assign } {
    return { read: this.reference({ kind: "reference", name, steps: [], text: "", at: 0 }), assign: this.setter(name) };
  }

  #define({ name, body }: NodeOf<"define">): Render {
    const assign = this.setter(name);
    const render = this.block(body);
    return (run) => {
      assign(run, definedBlock(render, run.frame));
      return ENDED;
    };
  }

  /** The macro is looked up when all of them are known, so it may stand behind its first call. */
  #call({ name, given, content, text, end, at }: NodeOf<"call">): Render {
    const macro = this.#macros.get(name);
    const inner = content === undefined ? undefined : this.block(content);
    if (macro === undefined) {
      return (run) => {
        run.write(text);
        const signal = inner?.(run) ?? ENDED;
        if (signal === ENDED) run.write(end);
        return signal;
      };
    }
    const body = this.#compiled.get(name) as CompiledMacro;
    const contentPlace = macro.parameters.length;
    const compiled = given.map((argument) => this.expression(argument));
    return (run) => {
      run.at = at;
      run.step();
      const caller = run.frame;
      const values: (Value | undefined)[] = [];
      if (inner !== undefined) values[contentPlace] = definedBlock(inner, caller);
      const frame: Frame = { given: compiled, caller, values };
      return run.enter(frame, () => body.render(run)) === STOPPED ? STOPPED : ENDED;
    };
  }

  /** All macros have their place before any is compiled, so that they can call each other in any order. */
  #compileMacros(): void {
    for (const name of this.#macros.keys()) this.#compiled.set(name, { render: () => ENDED });
    for (const { name, parameters, body } of this.#macros.values()) {
      this.parameters = new Map([...parameters, bodyContent].map((parameter, place) => [parameter, place]));
      (this.#compiled.get(name) as CompiledMacro).render = this.block(body);
    }
    this.parameters = new Map();
  }
}

interface CompiledMacro {
  render: Render;
}

const definedBlock = (render: Render, frame: Frame | undefined): DefinedBlock =>
  new DefinedBlock((run) => run.enter(frame, () => run.capture(() => render(run))));

/** The name under which a macro finds what stood between `#@macro()` and `#end`. */
const bodyContent = "bodyContent";

/** What a loop runs over: a list's items or a map's values; nothing for everything else. */
function itemsOf(value: Value): Value[] | undefined {
  if (value instanceof VtlList) return value.items.slice(0, limits.templateIterations + 1);
  if (value instanceof VtlMap) return [...value.entries.values()];
  return undefined;
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
