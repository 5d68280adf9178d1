/** The mapping templates of a method, compiled once; what they are rendered with is a request's (facts/mapping.md 2, 4). */
import type { MappingSide } from "../model/mapping-expression.ts";
import { isEmptyMap } from "../model/record.ts";
import { Refusal, responseOf } from "./gateway-response.ts";
import type { Invocation } from "./invocation.ts";
import { scopeOf } from "./template-scope.ts";
import { compileTemplate as compile } from "./vtl/compile.ts";
import { TemplateError } from "./vtl/error.ts";

export interface Template {
  /** Whether it may read the body of its side. */
  readonly readsBody: boolean;
  /** Throws a `Refusal` when it is no template, or cannot be rendered (facts/mapping.md 4.1). */
  readonly render: (invocation: Invocation, side: MappingSide) => string;
}

function refusal(error: unknown, side: MappingSide): unknown {
  if (!(error instanceof TemplateError)) return error;
  return new Refusal(responseOf.API_CONFIGURATION_ERROR, `Unable to transform ${side}: ${error.message}`);
}

/** Plain text is its own result. A bad template fails the requests that need it, and no others. */
function compileKnown(source: string): Template {
  const { text, names, render } = compile(source);
  if (text !== undefined) return { readsBody: false, render: () => text };
  return {
    readsBody: names.has("input"),
    render(invocation, side) {
      try {
        return render(scopeOf(invocation, side));
      } catch (error) {
        throw refusal(error, side);
      }
    },
  };
}

/** An empty template counts as one, and renders nothing (facts/mapping.md 2.1). */
export function compileTemplate(source: string | null): Template {
  try {
    return compileKnown(source ?? "");
  } catch (error) {
    return {
      readsBody: false,
      render: (_invocation, side) => {
        throw refusal(error, side);
      },
    };
  }
}

/** Templates by media type, lower-case, in the order in which they were defined. */
export type Templates = ReadonlyMap<string, Template>;

const none: Templates = new Map();

export function compileTemplates(sources: Readonly<Record<string, string | null>> | undefined): Templates {
  if (isEmptyMap(sources)) return none;
  return new Map(Object.entries(sources ?? {}).map(([type, source]) => [type.toLowerCase(), compileTemplate(source)]));
}

/** Whether any of them may read the body of its side. */
export const readsBody = (templates: Templates): boolean =>
  [...templates.values()].some((template) => template.readsBody);
