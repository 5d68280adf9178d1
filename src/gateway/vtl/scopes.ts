/** What directives leave in variables: `$foreach`, and the block of a `#define`. */
import { limits } from "../../limits.ts";
import { BROKEN, ENDED, type Render, type Run, type Signal } from "./run.ts";
import { methodTable, type ObjectType } from "./method-table.ts";
import { type Value, VtlObject } from "./value.ts";

export class ForeachScope extends VtlObject {
  readonly type = foreachType;
  readonly parent: Value;
  readonly #size: number;
  index = 0;
  isRunning = true;
  /** Whether a `#break` named this loop. */
  isLeft = false;

  constructor(parent: Value, size: number) {
    super();
    this.parent = parent instanceof ForeachScope ? parent : null;
    this.#size = size;
  }

  get hasNext(): boolean {
    return this.index + 1 < this.#size;
  }

  override text(): string {
    return "{}";
  }
}

const foreachType: ObjectType = {
  name: "foreach",
  methods: methodTable<ForeachScope>([
    ["getIndex()", ({ index }) => index],
    ["getCount()", ({ index }) => index + 1],
    ["hasNext()", ({ hasNext }) => hasNext],
    ["getHasNext()", ({ hasNext }) => hasNext],
    ["isFirst()", ({ index }) => index === 0],
    ["isLast()", ({ hasNext }) => !hasNext],
    ["getParent()", ({ parent }) => parent],
    ["getTopmost()", (self) => topmost(self)],
  ]),
};

function topmost(scope: ForeachScope): ForeachScope {
  let top = scope;
  while (top.parent instanceof ForeachScope) top = top.parent;
  return top;
}

/**
 * A block that is rendered anew each time that it is printed, with the variables of the rendering that made it: what a
 * template leaves behind may be printed after it.
 */
export class DefinedBlock extends VtlObject {
  readonly type = definedType;
  readonly #body: Render;
  readonly #home: Run;
  #depth = 0;

  constructor(body: Render, home: Run) {
    super();
    this.#body = body;
    this.#home = home;
  }

  /** Writes it; a `#break` in it ends it. Where it goes too deep into itself, its name stands instead. */
  render(run: Run, name: string): Signal {
    if (run !== this.#home) {
      run.write(this.text(run));
      return ENDED;
    }
    if (this.#depth === limits.templateBlockDepth) {
      run.write(name);
      return ENDED;
    }
    this.#depth++;
    const signal = run.enter(run.frame, () => this.#body(run));
    this.#depth--;
    return signal === BROKEN ? ENDED : signal;
  }

  override text(run: Run): string {
    return run.made(this.#home.capture(() => this.render(this.#home, "")));
  }
}

const definedType: ObjectType = {
  name: "define",
  methods: methodTable<DefinedBlock>([["toString()", (self, _, run) => self.text(run)]]),
};
