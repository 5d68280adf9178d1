/**
 * HAL, the representation for callers that do not ask for plain JSON (facts/stage.md 1.1, 1.2). The engine here knows no
 * resource: links, curies and embedded resources are data in hal/kinds.ts and hal/views.ts.
 */
import type { NormalizedSchema } from "@smithy/core/schema";
import type { Operation } from "../model/service.ts";
import { type HalEmbed, type HalKind, halKinds, type HalLink, type HalList } from "./hal/kinds.ts";
import { halLists, halResources } from "./hal/views.ts";
import { type Json, structureWriter } from "./wire/write.ts";

/** What a reply in HAL needs beside the output. */
export interface HalRequest {
  readonly input: Readonly<Record<string, unknown>>;
  /** As sent. */
  readonly path: string;
  /** As sent, without `?`. */
  readonly query: string;
}

export type WriteHal = (output: unknown, request: HalRequest) => Json;

/** Values for the `:names` in hrefs. */
type Variables = Readonly<Record<string, unknown>>;
type WriteResource = (document: Json, variables: Variables) => Json;

/** Compiles the HAL writer of an operation's output. */
export function halWriter(operation: Operation): WriteHal {
  const list = halLists[operation.name];
  if (list !== undefined) return listWriter(list, operation.output);
  const name = halResources[operation.name];
  if (name === undefined) {
    const write = operation.output.isStructSchema() ? structureWriter(operation.output, "iso") : () => ({});
    return (output) => write(output);
  }
  const kind = halKinds[name];
  const write = resourceWriter(kind, operation.output);
  const curies = curiesOf(kind.curies);
  return (output, { input }) => withCuries(curies, write(output as Json, input));
}

const withCuries = (curies: unknown, resource: Json): Json => ({
  ...resource,
  _links: { curies, ...(resource["_links"] as Json) },
});

const guide = "https://docs.aws.amazon.com/apigateway/latest/developerguide";

const curiesOf = (names: readonly string[]): unknown =>
  collapsed(names.map((name) => ({ href: `${guide}/restapi-${name}-{rel}.html`, name, templated: true })));

/** One → the object itself, several → an array, as the service has it. */
const collapsed = (items: readonly unknown[]): unknown => (items.length === 1 ? items[0] : items);

/** A resource without curies: those stand once, at the top. */
function resourceWriter(kind: HalKind, schema: NormalizedSchema): WriteResource {
  const write = structureWriter(
    schema,
    "iso",
    kind.embeds?.map(({ member }) => member),
  );
  const links = linksWriter(kind.links);
  const embeds = (kind.embeds ?? []).map((embed) => embedWriter(embed, schema));
  const binds = Object.entries(kind.binds ?? {});
  return (document, around) => {
    const bound = Object.fromEntries(binds.map(([variable, member]) => [variable, document[member]]));
    const variables = { ...around, ...bound };
    const embedded = embeds.flatMap((embed) => embed(document, variables));
    return {
      _links: links(document, variables),
      ...write(document),
      ...(embedded.length > 0 && { _embedded: Object.fromEntries(embedded) }),
    };
  };
}

type WriteEmbed = (document: Json, variables: Variables) => readonly (readonly [rel: string, resource: unknown])[];

const isFilled = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && Object.keys(value).length > 0;

/** A map of resources without content (`{"GET":{}}`) is only linked to, not embedded. */
function embedWriter({ rel, member, kind, variable }: HalEmbed, schema: NormalizedSchema): WriteEmbed {
  const target = schema.getMemberSchema(member);
  const write = resourceWriter(halKinds[kind], variable === undefined ? target : target.getValueSchema());
  if (variable === undefined) {
    return (document, variables) => {
      const resource = document[member];
      return isFilled(resource) ? [[rel, write(resource, variables)]] : [];
    };
  }
  return (document, variables) => {
    const resources = Object.entries((document[member] ?? {}) as Json).flatMap(([key, resource]) =>
      isFilled(resource) ? [write(resource, { ...variables, [variable]: key })] : [],
    );
    return resources.length > 0 ? [[rel, collapsed(resources)]] : [];
  };
}

/** In the order of the table: `self` first, then by name. */
function linksWriter(links: readonly HalLink[]): (document: Json, variables: Variables) => Json {
  return (document, variables) => {
    const written: Json = {};
    for (const link of links) {
      const found = linkTargets(link, document, variables);
      if (found.length > 0) written[link.rel] = collapsed(found);
    }
    return written;
  };
}

function linkTargets(link: HalLink, document: Json, variables: Variables): readonly Json[] {
  const { href, when, each, named } = link;
  if (when !== undefined && !holds(document[when])) return [];
  if (each === undefined) return [linkTarget(href, variables, named)];
  const { member, variable } = each;
  return Object.keys((document[member] ?? {}) as Json).map((key) =>
    linkTarget(href, { ...variables, [variable]: key }, variable),
  );
}

const holds = (value: unknown): boolean =>
  typeof value === "object" ? isFilled(value) : value !== undefined && value !== false;

function linkTarget(href: string, variables: Variables, named?: string): Json {
  const name = named === undefined ? undefined : variables[named];
  return {
    href: bind(href, variables),
    ...(name !== undefined && { name, title: name }),
    ...(href.includes("{") && { templated: true }),
  };
}

const bind = (href: string, variables: Variables): string =>
  href
    .replaceAll(/:([a-zA-Z]+)/g, (_match, name: string) => encodeURIComponent(textOf(variables[name])))
    .replace(/\[\?([a-zA-Z]+)\](\{\?)?/, (_match, name: string, more = "") => {
      const value = textOf(variables[name]);
      return value === "" ? more : `?${name}=${encodeURIComponent(value)}${more === "" ? "" : "{&"}`;
    });

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** ApiKeys have a list of warnings beside their items. */
const isListOfResources = (schema: NormalizedSchema): boolean =>
  schema.isListSchema() && schema.getValueSchema().isStructSchema();

function listWriter(list: HalList, schema: NormalizedSchema): WriteHal {
  const [member, items] = [...schema.structIterator()].find(([, candidate]) => isListOfResources(candidate)) ?? [];
  if (member === undefined || items === undefined) throw new Error(`${schema.getName()} has no list of ${list.kind}`);
  const kind = halKinds[list.kind];
  const write = resourceWriter(kind, items.getValueSchema());
  const curies = curiesOf(list.curies);
  const self = kind.links.find(({ rel }) => rel === "self");
  return (output, { input, path, query }) => {
    const source = output as Json;
    const embedded = ((source[member] ?? []) as readonly Json[]).map((item) => write(item, input));
    const ownLinks = embedded.map((item) => (item["_links"] as Json)[self?.rel ?? "self"]);
    const position = source["position"];
    return {
      _links: {
        curies,
        self:
          list.self === undefined ? { href: query === "" ? path : `${path}?${query}` } : linkTarget(list.self, input),
        ...(embedded.length > 0 && { item: collapsed(ownLinks) }),
        ...(typeof position === "string" && { next: { href: nextHref(path, query, position) } }),
        ...Object.fromEntries(list.links.map(({ rel, href }) => [rel, linkTarget(href, input)])),
      },
      ...(embedded.length > 0 && { _embedded: { item: collapsed(embedded) } }),
    };
  };
}

/** The request's own query with the position first, as the documented sample has it. */
function nextHref(path: string, query: string, position: string): string {
  const rest = query.split("&").filter((pair) => pair !== "" && !pair.startsWith("position="));
  return `${path}?${[`position=${encodeURIComponent(position)}`, ...rest].join("&")}`;
}
