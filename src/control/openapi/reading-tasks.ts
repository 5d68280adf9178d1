/** What can be read of the bytes of a definition: at once, or in a thread. */
import type { Definition } from "./definition.ts";
import { readDefinition, type ReadOptions } from "./read-definition.ts";
import { type OpenApi, parseOpenApi } from "./read-openapi.ts";
import { resolveVariables, type VariablePlace } from "./variables.ts";

/** Of what a definition is read for. */
export interface DefinitionOptions extends ReadOptions {
  /** What the service's variables stand for. */
  readonly place: VariablePlace;
}

export const readingTasks = {
  openApi: (bytes: Uint8Array, _options: undefined, maximum: number): OpenApi => parseOpenApi(bytes, maximum),
  definition: (bytes: Uint8Array, options: DefinitionOptions, maximum: number): Definition => {
    const openApi = parseOpenApi(bytes, maximum);
    return readDefinition({ ...openApi, root: resolveVariables(openApi.root, options.place) }, options);
  },
} as const;

export type ReadingTask = keyof typeof readingTasks;

/** What a thread is started with. */
export interface ReadingOrder {
  readonly task: ReadingTask;
  readonly bytes: Uint8Array;
  readonly options: unknown;
}
