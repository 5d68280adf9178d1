/** `stagewright stage get`: a stage as it is set, in the keys of `stage set`. */
import { defineCommand } from "./command.ts";
import { controlOptions } from "./control.ts";
import { CommandFailed, didYouMean } from "./failure.ts";
import { apiOptions, apiTitle, findApi, findStage } from "./find-api.ts";
import { invokeUrls } from "./invoke-url.ts";
import { withControl } from "./run.ts";
import { assignmentsOf, everyMethod, keyNames } from "./stage-keys.ts";
import { keyLines } from "./stage-shape.ts";
import { printable } from "./terminal.ts";

export const stageGet = defineCommand({
  name: "stage get",
  arguments: "STAGE [KEY]",
  count: [1, 2],
  about: "Shows a stage as it is set, in the keys of `stage set`; or the value of one key alone.",
  options: {
    ...apiOptions,
    method: { type: "string", value: '"VERB /PATH"', help: "the method whose KEY is shown, else that of every method" },
    ...controlOptions,
  },
  run: ({ values, positionals }, terminal) =>
    withControl(values, terminal, async (control) => {
      const [stageName = "", key] = positionals;
      const api = await findApi(control, values);
      const stage = await findStage(control, api, stageName);
      const url = (await invokeUrls(control))(api.id, stageName);
      if (key !== undefined) {
        const method = values.method ?? everyMethod;
        const found = assignmentsOf(stage).find((each) => each.key === key && ["", method].includes(each.method));
        if (found === undefined) {
          throw new CommandFailed(`The stage ${stageName} has no ${JSON.stringify(key)}.${didYouMean(key, keyNames)}`);
        }
        await (values.json ? terminal.printJson(found.value) : terminal.print(`${printable(found.value)}\n`));
      } else if (values.json) {
        await terminal.printJson({ restApiId: api.id, apiName: api.name, url, ...stage });
      } else {
        const head = terminal.styled("bold", `${stageName} of ${apiTitle(api)}`);
        await terminal.print(`${[head, `  ${url}`, "", ...keyLines(stage, terminal)].join("\n")}\n`);
      }
    }),
});
