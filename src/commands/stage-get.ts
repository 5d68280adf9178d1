/** `stagewright stage get`: a stage as it is set, in the keys of `stage set`. */
import { defineCommand } from "./command.ts";
import { controlOptions } from "./control.ts";
import { CommandFailed } from "./failure.ts";
import { apiOptions, apiTitle, findApi, findStage } from "./find-api.ts";
import { invokeUrls } from "./invoke-url.ts";
import { withControl } from "./run.ts";
import { noteUnserved } from "./served-methods.ts";
import { checkMethod, checkShown, everyMethod, typedValue } from "./stage-keys.ts";
import { keyLines, valueOf } from "./stage-shape.ts";
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
  run: ({ values, positionals }, terminal) => {
    const [stageName = "", key] = positionals;
    const { method = everyMethod } = values;
    checkMethod(method);
    if (key !== undefined) checkShown(key);
    else if (method !== everyMethod) throw new CommandFailed("--method goes with a KEY, such as throttle.rate.");
    return withControl(values, terminal, async (control) => {
      const api = await findApi(control, values);
      const stage = await findStage(control, api, stageName);
      if (key !== undefined) {
        const value = valueOf(stage, method, key);
        await (values.json === true
          ? terminal.printJson(typedValue(key, value))
          : terminal.print(`${printable(value ?? "")}\n`));
        await noteUnserved(control, terminal, api.id, stage, method);
        return;
      }
      const url = (await invokeUrls(control))(api.id, stageName);
      if (values.json === true) {
        await terminal.printJson({ restApiId: api.id, apiName: api.name, url, ...stage });
        return;
      }
      const head = terminal.styled("bold", `${stageName} of ${apiTitle(api)}`);
      await terminal.print(`${[head, `  ${url}`, "", ...keyLines(stage, terminal)].join("\n")}\n`);
    });
  },
});
