/** Integration responses: which one an endpoint's answer selects, and what it makes of it (facts/mapping.md 2.2, 6). */
import type { IntegrationDocument, IntegrationResponseDocument } from "../../model/documents.ts";
import { isEmptyMap } from "../../model/record.ts";
import { parseResponseHeader } from "../../model/mapping-expression.ts";
import { compileSelectionPattern, type SelectionPattern } from "../../model/selection-pattern.ts";
import { headerRuleOf, isHeaderName } from "../headers.ts";
import { firstAccepted } from "../media-type.ts";
import { compileSource, type Read } from "../parameters.ts";
import { compileTemplates, readsBody as templatesReadBody, type Templates } from "../template.ts";

export interface ResponseHeader {
  /** As the client sees it: remapped where the table says so. */
  readonly name: string;
  readonly read: Read;
}

/** One integration response, compiled. */
export interface ResponseProgram {
  readonly status: number;
  readonly headers: readonly ResponseHeader[];
  /** Whether a mapping sets Content-Type. */
  readonly setsContentType: boolean;
  readonly templates: Templates;
  /** Whether a mapping or a template reads the endpoint's body. */
  readonly readsBody: boolean;
  /** What a text must match; undefined for a default. */
  readonly pattern: SelectionPattern | undefined;
}

function compileHeaders(parameters: Readonly<Record<string, string>> | undefined): {
  headers: ResponseHeader[];
  readsBody: boolean;
} {
  const headers: ResponseHeader[] = [];
  let readsBody = false;
  for (const [target, expression] of Object.entries(parameters ?? {})) {
    const name = parseResponseHeader(target);
    const source = compileSource(expression, "response");
    if (name === undefined || source === undefined || !isHeaderName(name)) continue;
    const rule = headerRuleOf(name);
    if (rule?.mapResponse === "drop") continue;
    headers.push({ name: rule?.mapResponse === "remap" ? rule.remapped : name, read: source.read });
    readsBody ||= source.needsBody;
  }
  return { headers, readsBody };
}

const matchesNothing: SelectionPattern = { test: () => false };

/** The control plane refuses patterns that cannot be compiled; one that slips in matches nothing. */
function compilePattern(pattern: string | undefined): SelectionPattern | undefined {
  return pattern === undefined || pattern === "" ? undefined : (compileSelectionPattern(pattern) ?? matchesNothing);
}

function compileResponse(document: IntegrationResponseDocument): ResponseProgram {
  const { headers, readsBody } = compileHeaders(document.responseParameters);
  const templates = compileTemplates(document.responseTemplates);
  return {
    status: Number(document.statusCode),
    headers,
    setsContentType: headers.some(({ name }) => name.toLowerCase() === "content-type"),
    templates,
    readsBody: readsBody || templatesReadBody(templates),
    pattern: compilePattern(document.selectionPattern),
  };
}

/** All integration responses of a method. Each text's choice is made once and remembered: status codes are few. */
export class ResponsePrograms {
  readonly #responses: readonly ResponseProgram[];
  readonly #chosen = new Map<number, ResponseProgram | undefined>();
  /** Whether any mapping or template reads the endpoint's body. */
  readonly readsBody: boolean;

  constructor(responses: IntegrationDocument["integrationResponses"]) {
    this.#responses = Object.values(responses ?? {})
      .toSorted((a, b) => Number(a.statusCode) - Number(b.statusCode))
      .map(compileResponse);
    this.readsBody = this.#responses.some(({ readsBody }) => readsBody);
  }

  /** The default: without a pattern, the lowest status code where there are several. */
  get default(): ResponseProgram | undefined {
    return this.#responses.find(({ pattern }) => pattern === undefined);
  }

  #select(text: string): ResponseProgram | undefined {
    return this.#responses.find(({ pattern }) => pattern?.test(text) === true) ?? this.default;
  }

  /** The response for an endpoint's status or a MOCK's statusCode; undefined when none fits and there is no default. */
  forStatus(status: number): ResponseProgram | undefined {
    if (status < 100 || status > 999) return this.#select(String(status));
    if (!this.#chosen.has(status)) this.#chosen.set(status, this.#select(String(status)));
    return this.#chosen.get(status);
  }
}

const none = new ResponsePrograms({});

/** Methods without integration responses, as most of HTTP_PROXY are, share one. */
export const compileResponses = (responses: IntegrationDocument["integrationResponses"]): ResponsePrograms =>
  isEmptyMap(responses) ? none : new ResponsePrograms(responses);

/** The template that the client's Accept chooses, with its media type: that one's, JSON's, else the first. */
export function chooseTemplate<T>(
  templates: ReadonlyMap<string, T>,
  accept: string | undefined,
): readonly [string, T] | undefined {
  for (const type of [firstAccepted(accept), "application/json"]) {
    const template = templates.get(type);
    if (template !== undefined) return [type, template];
  }
  return templates.entries().next().value;
}
