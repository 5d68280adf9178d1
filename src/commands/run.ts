/** Runs a command: its arguments are read, its help is printed, and what it speaks to is let go of when it ends. */
import { type Command, helpOf, readArguments } from "./command.ts";
import { connect, type Control, type ControlValues, explain } from "./control.ts";
import { asksForJson } from "./failure-text.ts";
import { type Terminal, whileRead } from "./terminal.ts";

/** Throws a `CommandFailed` that says what would be right. Whoever reads the output may stop reading. */
export async function runCommand(command: Command, args: readonly string[], terminal: Terminal): Promise<void> {
  const given = readArguments(command, args);
  terminal.json = asksForJson(args);
  await whileRead(() =>
    given === undefined ? terminal.print(helpOf(command, terminal.columns)) : command.run(given, terminal),
  );
}

/** Does something with a management API, whose refusals become the command's. */
export async function withControl(
  values: ControlValues,
  { env }: Terminal,
  work: (control: Control) => Promise<void>,
): Promise<void> {
  const control = connect(values, env);
  try {
    await work(control);
  } catch (error) {
    throw explain(error, control.endpoint);
  } finally {
    control.close();
  }
}
