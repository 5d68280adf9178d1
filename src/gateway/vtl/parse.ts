/** Velocity 1.7's text and directives → syntax tree. One pass, no going back further than a word. */
import { limits } from "../../limits.ts";
import { Lexer } from "./lex.ts";
import { ExpressionParser } from "./parse-expression.ts";
import type { Block, Branch, Expression, Macro, Node, Reference, SyntaxTree } from "./syntax.ts";

/** Directives that read other templates or make new ones at run time: there are none here. */
const refused: ReadonlySet<string> = new Set(["include", "parse", "evaluate", "literal"]);
/** What ends a block. */
type Terminator = "end" | "else" | "elseif" | "";
const terminators: ReadonlySet<string> = new Set(["end", "else", "elseif"]);
/** Words of Velocity's grammar itself; only these, the directives below and macros can be escaped. */
const branching: ReadonlySet<string> = new Set(["if", "else", "elseif", "end"]);
const directives: ReadonlySet<string> = new Set([...refused, "foreach", "define", "macro", "break", "stop"]);

class Parser extends ExpressionParser {
  readonly macros = new Map<string, Macro>();
  /** What the block that was read last ended with. */
  #terminator: Terminator = "";

  /** The whole text, up to its end. */
  whole(): Block {
    const body = this.#block();
    if (this.#terminator !== "") throw this.lexer.fail(`#${this.#terminator} ends nothing`);
    return body;
  }

  protected override interpolated(lexer: Lexer): Block {
    const outer = this.lexer;
    this.lexer = lexer;
    const body = this.whole();
    this.lexer = outer;
    return body;
  }

  #block(): Block {
    return this.nested(() => {
      const nodes: Node[] = [];
      this.#terminator = "";
      while (!this.lexer.ended && this.#terminator === "") this.#statement(nodes);
      return nodes;
    });
  }

  /** A block that must end with `#end`. */
  #blockToEnd(name: string, at: number): Block {
    const body = this.#block();
    if (this.#terminator !== "end") throw this.lexer.fail(`#${name} has no #end`, at);
    this.#terminator = "";
    return body;
  }

  #statement(nodes: Node[]): void {
    const { lexer } = this;
    if (lexer.take("set") !== "") {
      nodes.push(this.#set());
      return;
    }
    switch (lexer.character) {
      case "$":
        this.#dollar(nodes, 0);
        break;
      case "#":
        this.#hash(nodes);
        break;
      case "\\":
        this.#backslashes(nodes);
        break;
      default:
        nodes.push({ kind: "text", text: lexer.take("plainText") });
    }
  }

  /** Backslashes before a reference or a directive escape it; anywhere else they are text. */
  #backslashes(nodes: Node[]): void {
    const { lexer } = this;
    const run = lexer.take("backslashes");
    if (lexer.character === "$") {
      this.#dollar(nodes, run.length);
      return;
    }
    const start = lexer.at;
    const directive = lexer.match("directive");
    const half = run.slice(0, Math.floor(run.length / 2));
    if (run.length % 2 === 1 && directive !== null) {
      const name = directive[1] ?? directive[2] ?? "";
      nodes.push({ kind: "text", text: (name === "set" || this.#isKnown(name) ? half : run) + directive[0] });
      return;
    }
    lexer.at = start;
    // Behind an even number of them, Velocity knows no name in braces but those of its grammar.
    const isKnown = directive?.[1] === undefined ? branching.has(directive?.[2] ?? "") : this.#isKnown(directive[1]);
    nodes.push({ kind: "text", text: isKnown ? half : run });
  }

  #isKnown(name: string): boolean {
    return branching.has(name) || directives.has(name) || this.macros.has(name);
  }

  /** A reference, or a dollar that is text. */
  #dollar(nodes: Node[], backslashes: number): void {
    const { lexer } = this;
    const reference = this.reference();
    if (reference === undefined) {
      nodes.push({ kind: "text", text: "\\".repeat(backslashes) + lexer.character });
      lexer.at++;
      return;
    }
    const prefix = "\\".repeat(Math.floor(backslashes / 2));
    nodes.push({ kind: "output", reference, prefix, isEscaped: backslashes % 2 === 1 });
  }

  #hash(nodes: Node[]): void {
    const { lexer } = this;
    if (lexer.sees("##")) {
      this.#comment(nodes);
    } else if (lexer.sees("#*")) {
      const end = lexer.text.indexOf("*#", lexer.at + 2);
      lexer.at = end < 0 ? lexer.text.length : end + 2;
    } else if (lexer.sees("#[[")) {
      const end = lexer.text.indexOf("]]#", lexer.at + 3);
      if (end < 0) throw lexer.fail("#[[ has no ]]#");
      nodes.push({ kind: "text", text: lexer.text.slice(lexer.at + 3, end) });
      lexer.at = end + 3;
    } else {
      this.#directive(nodes);
    }
  }

  /** Right behind a property, and an index of one, the first of two hashes is text. */
  #comment(nodes: Node[]): void {
    const { lexer } = this;
    const before = nodes.at(-1);
    if (before?.kind === "output" && !lexer.sees("###") && !before.reference.text.endsWith("}")) {
      if (before.reference.steps.findLast(({ kind }) => kind !== "index")?.kind === "property") {
        nodes.push({ kind: "text", text: "#" });
        lexer.at++;
        return;
      }
    }
    lexer.take("restOfLine");
  }

  #directive(nodes: Node[]): void {
    const { lexer } = this;
    const start = lexer.at;
    const found = lexer.match("directive");
    if (found === null) {
      lexer.at++;
      nodes.push({ kind: "text", text: "#" });
      return;
    }
    const name = found[1] ?? found[2] ?? "";
    if (terminators.has(name)) this.#terminate(name as Terminator);
    else if (name === "macro") this.#macro(start);
    else nodes.push(this.#node(name, start));
  }

  /** `#end` and `#else` take the rest of their line along when it is blank. */
  #terminate(terminator: Terminator): void {
    this.#terminator = terminator;
    if (terminator !== "elseif") this.lexer.take("lineEnd");
  }

  #node(name: string, start: number): Node {
    switch (name) {
      case "if":
        return this.#if(start);
      case "foreach":
        return this.#foreach(start);
      case "define":
        return this.#define(start);
      case "stop":
        return { kind: "stop" };
      case "break":
        return this.#break(start);
      default:
        if (refused.has(name)) throw this.lexer.fail(`#${name} is not available`, start);
        return this.#call(name, start);
    }
  }

  #openParenthesis(name: string, start: number): void {
    if (this.lexer.take("parenthesis") === "") throw this.lexer.fail(`#${name} needs parentheses`, start);
  }

  /** The parenthesis that ends a directive takes the rest of its line along when it is blank. */
  #closeParenthesis(): void {
    this.lexer.skipBlanks();
    this.lexer.expect(")");
    this.lexer.take("lineEnd");
  }

  #set(): Node {
    const { lexer } = this;
    lexer.skipBlanks();
    const target = this.reference();
    if (target === undefined) throw lexer.unexpected("a reference");
    lexer.skipBlanks();
    lexer.expect("=");
    const value = this.expression();
    this.#closeParenthesis();
    return { kind: "set", target, value };
  }

  #condition(name: string, start: number): Expression {
    this.#openParenthesis(name, start);
    const condition = this.expression();
    this.#closeParenthesis();
    return condition;
  }

  #if(start: number): Node {
    const branches: Branch[] = [];
    let otherwise: Block = [];
    let terminator = "elseif";
    while (terminator === "elseif") {
      const condition = this.#condition(branches.length === 0 ? "if" : "elseif", this.lexer.at);
      branches.push({ condition, body: this.#block() });
      terminator = this.#terminator;
    }
    if (terminator === "else") {
      otherwise = this.#block();
      terminator = this.#terminator;
    }
    if (terminator !== "end") throw this.lexer.fail("#if has no #end", start);
    this.#terminator = "";
    return { kind: "if", branches, otherwise };
  }

  #variable(): Reference {
    const { lexer } = this;
    lexer.skipBlanks();
    const variable = this.reference();
    if (variable === undefined) throw lexer.unexpected("a reference");
    if (variable.steps.length > 0) throw lexer.fail("Expected a plain reference");
    lexer.skipBlanks();
    return variable;
  }

  #foreach(start: number): Node {
    const { lexer } = this;
    this.#openParenthesis("foreach", start);
    const { name } = this.#variable();
    // Any word will do for Velocity.
    if (lexer.take("word") === "") throw lexer.unexpected('"in"');
    const over = this.parameter();
    this.#closeParenthesis();
    return { kind: "foreach", name, over, body: this.#blockToEnd("foreach", start), at: lexer.place(start) };
  }

  /** `#break($foreach.parent)` names the loop that it ends. */
  #break(start: number): Node {
    const given = this.lexer.take("parenthesis") === "" ? [] : this.#argumentsToEnd(false);
    if (given.length > 1) throw this.lexer.fail("#break ends one loop", start);
    return { kind: "break", loop: given[0], at: this.lexer.place(start) };
  }

  #define(start: number): Node {
    this.#openParenthesis("define", start);
    const { name } = this.#variable();
    this.#closeParenthesis();
    return { kind: "define", name, body: this.#blockToEnd("define", start), at: this.lexer.place(start) };
  }

  #macro(start: number): void {
    const { lexer } = this;
    this.#openParenthesis("macro", start);
    lexer.skipBlanks();
    const name = lexer.take("word");
    if (name === "") throw lexer.unexpected("the macro's name");
    const parameters: string[] = [];
    lexer.skipBlanks();
    while (lexer.character === "$" || lexer.skip(",")) parameters.push(this.#variable().name);
    this.#closeParenthesis();
    const body = this.#blockToEnd("macro", start);
    // The first of a name stays.
    if (!this.macros.has(name)) this.macros.set(name, { name, parameters, body });
    if (this.macros.size > limits.templateMacros) throw lexer.fail("There are too many macros", start);
  }

  #call(name: string, start: number): Node {
    const { lexer } = this;
    const isBlock = name.startsWith("@");
    const hasArguments = lexer.take("parenthesis") !== "";
    const given = hasArguments ? this.#argumentsToEnd(!this.macros.has(name)) : [];
    const content = isBlock && hasArguments ? this.#blockToEnd(name, start) : undefined;
    const text = lexer.text.slice(start, lexer.at);
    return { kind: "call", name: isBlock ? name.slice(1) : name, given, content, text, at: lexer.place(start) };
  }

  /** Arguments of a directive: with or without commas between them. Where it may be no directive at all, words too. */
  #argumentsToEnd(takesWords: boolean): Expression[] {
    const { lexer } = this;
    const given: Expression[] = [];
    for (;;) {
      lexer.skipBlanks();
      const isNext = lexer.skip(",");
      if (isNext) lexer.skipBlanks();
      const argument = this.nested(() => this.tryOperand()) ?? (takesWords ? this.#word() : undefined);
      if (argument !== undefined) given.push(argument);
      else if (isNext) throw lexer.unexpected("an argument");
      else break;
    }
    this.#closeParenthesis();
    return given;
  }

  #word(): Expression | undefined {
    const { lexer } = this;
    const start = lexer.at;
    const value = lexer.take("argumentWord");
    if (value.startsWith("#") && (value === "#set" || branching.has(value.slice(1)))) lexer.at = start;
    return lexer.at === start ? undefined : { kind: "literal", value };
  }
}

/** Throws a `TemplateError` for what Velocity's grammar does not have. */
export function parseTemplate(source: string): SyntaxTree {
  const parser = new Parser(new Lexer(source));
  const body = parser.whole();
  return { body, macros: parser.macros };
}
