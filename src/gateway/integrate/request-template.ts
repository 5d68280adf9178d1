/** Which request template a request's Content-Type chooses, and what happens when there is none (facts/mapping.md 2.1). */
import type { IntegrationDocument } from "../../model/documents.ts";
import { Refusal, responseOf } from "../gateway-response.ts";
import { headerOf } from "../exchange.ts";
import type { Invocation } from "../invocation.ts";
import { mediaTypeOf } from "../media-type.ts";
import { compileTemplates, readsBody, type Templates } from "../template.ts";

export interface RequestTemplates {
  readonly templates: Templates;
  /** Whether a body that no template is for may pass unchanged. */
  readonly passesThrough: boolean;
  /** Whether any of them may read the request's body. */
  readonly readsBody: boolean;
}

/** The rule as a table: passthroughBehavior → whether the body passes with no template at all, and with others. */
const passesThrough: Readonly<Record<string, { readonly none: boolean; readonly others: boolean }>> = {
  WHEN_NO_MATCH: { none: true, others: true },
  WHEN_NO_TEMPLATES: { none: true, others: false },
  NEVER: { none: false, others: false },
};

export function compileRequestTemplates(document: IntegrationDocument): RequestTemplates {
  const templates = compileTemplates(document.requestTemplates);
  const rule = passesThrough[document.passthroughBehavior] ?? passesThrough["WHEN_NO_MATCH"];
  const passes = (templates.size === 0 ? rule?.none : rule?.others) ?? true;
  return { templates, passesThrough: passes, readsBody: readsBody(templates) };
}

/** A rendered request template, and the media type that it is of. */
export interface RenderedRequest {
  readonly mediaType: string;
  readonly text: string;
}

/**
 * The rendered template for a request, or undefined when its body passes unchanged. Refuses with 415 when neither may
 * be, and with 500 when the template cannot be rendered.
 */
export function renderRequest(
  { templates, passesThrough: passes }: RequestTemplates,
  invocation: Invocation,
): RenderedRequest | undefined {
  const mediaType = mediaTypeOf(headerOf(invocation.exchange.headers, "content-type"));
  const template = templates.get(mediaType) ?? templates.get("$default");
  if (template === undefined) {
    if (passes) return undefined;
    throw new Refusal(responseOf.UNSUPPORTED_MEDIA_TYPE);
  }
  return { mediaType, text: template.render(invocation, "request") };
}
