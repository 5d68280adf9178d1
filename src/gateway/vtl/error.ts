/** What can go wrong in a template: one error type for callers, one for the code that finds it out. */

/** A template that cannot be compiled or rendered. Line and column count from 1. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
  readonly line: number;
  readonly column: number;

  constructor(message: string, source: string, offset: number) {
    const { line, column } = locate(source, offset);
    super(`${message} (line ${line}, column ${column})`);
    this.line = line;
    this.column = column;
  }
}

function locate(source: string, offset: number): { line: number; column: number } {
  let line = 1;
  let start = 0;
  for (let end = source.indexOf("\n"); end >= 0 && end < offset; end = source.indexOf("\n", start)) {
    line++;
    start = end + 1;
  }
  return { line, column: offset - start + 1 };
}

/** Thrown where something goes wrong during rendering; the template adds the place and makes a `TemplateError` of it. */
export class Fault extends Error {
  override readonly name = "Fault";
}
