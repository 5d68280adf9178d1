/** `stagewright stage set`: `key=value` → the operations of one UpdateStage, so that all of it happens or nothing. */
import { defineCommand } from "./command.ts";
import { controlOptions } from "./control.ts";
import { apiOptions, findApi } from "./find-api.ts";
import { noteHalves } from "./half-set.ts";
import { withControl } from "./run.ts";
import { noteUnserved } from "./served-methods.ts";
import { checkMethod, everyMethod, keysHelp, patchOf } from "./stage-keys.ts";
import { changeStage } from "./stage-change.ts";

export const stageSet = defineCommand({
  name: "stage set",
  arguments: "STAGE KEY=VALUE…",
  count: [2, Infinity],
  about: "Sets something of a stage: all that is named, or, where one of it is refused, nothing. It acts at once.",
  options: {
    ...apiOptions,
    method: {
      type: "string",
      value: '"VERB /PATH"',
      help: "whose throttle, logging, caching … it is; else every method's",
    },
    ...controlOptions,
  },
  more: `${keysHelp()}

  stagewright stage set prod throttle.rate=100 throttle.burst=50
  stagewright stage set prod --method "GET /pets/{id}" caching=on caching.ttl=60
  stagewright stage set prod canary.percent=20 canary.variables.release=new`,
  run: ({ values, positionals }, terminal) => {
    const [stageName = "", ...assignments] = positionals;
    const { method = everyMethod } = values;
    checkMethod(method);
    const patchOperations = assignments.map((text) => patchOf(text, method));
    return withControl(values, terminal, async (control) => {
      const api = await findApi(control, values);
      const stage = await changeStage(control, terminal, {
        api,
        stageName,
        patchOperations,
        json: values.json === true,
      });
      noteHalves(terminal, patchOperations, stage);
      // What is taken away may well be of a method that has gone.
      if (patchOperations.some(({ op }) => op === "replace"))
        await noteUnserved(control, terminal, api.id, stage, method);
    });
  },
});
