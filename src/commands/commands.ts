/** THE TABLE of commands, in the order of the help; each is loaded when it is typed. */
import type { Command } from "./command.ts";
import { didYouMean } from "../did-you-mean.ts";
import { CommandFailed } from "./failure.ts";

export interface CommandRow {
  /** Its words, as they are typed. */
  readonly name: string;
  /** One line for the help of the program. */
  readonly help: string;
  readonly load: () => Promise<Command>;
}

export const commandTable: readonly CommandRow[] = [
  {
    name: "deploy",
    help: "makes an API and a stage of an OpenAPI definition",
    load: async () => (await import("./deploy.ts")).deploy,
  },
  {
    name: "stages",
    help: "lists stages",
    load: async () => (await import("./stages.ts")).stages,
  },
  {
    name: "stage get",
    help: "shows a stage as it is set",
    load: async () => (await import("./stage-get.ts")).stageGet,
  },
  {
    name: "stage set",
    help: "sets something of a stage, such as throttle.rate=100",
    load: async () => (await import("./stage-set.ts")).stageSet,
  },
  {
    name: "stage promote",
    help: "gives a stage what its canary has, and ends the canary",
    load: async () => (await import("./stage-promote.ts")).stagePromote,
  },
  {
    name: "stage rollback",
    help: "points a stage at the deployment before",
    load: async () => (await import("./stage-rollback.ts")).stageRollback,
  },
  {
    name: "export",
    help: "writes what a stage serves as OpenAPI",
    load: async () => (await import("./export.ts")).exportStage,
  },
  {
    name: "logs tail",
    help: "shows access and execution logs",
    load: async () => (await import("./logs.ts")).logsTail,
  },
];

/** What a command may begin with: `stage`, `stages`. */
const firstWords: ReadonlySet<string> = new Set(commandTable.map(({ name }) => name.split(" ")[0] ?? name));

const nameColumn = 18;

const linesOf = (rows: readonly CommandRow[]): string =>
  rows.map(({ name, help }) => `  ${name.padEnd(nameColumn)} ${help}`).join("\n");

/** A line for each command. */
export const commandsHelp = (): string => linesOf(commandTable);

/** A command and what stands behind its name, or a help that was asked for. */
export type Found = { readonly row: CommandRow; readonly rest: readonly string[] } | { readonly help: string };

const plain = /^[\w./:=@%+,-]+$/;

/** What would be right where options stand before a command, as in `--json stages`; undefined where none follows. */
export function withCommandFirst(args: readonly string[]): string | undefined {
  const at = args.findIndex((word) => firstWords.has(word));
  if (at < 1) return undefined;
  const ordered = [...args.slice(at), ...args.slice(0, at)];
  return `stagewright ${ordered.map((word) => (plain.test(word) ? word : JSON.stringify(word))).join(" ")}`;
}

const asksForHelp = (text: string): boolean => text === "--help" || text === "-h";

/** Whether the arguments are those of a command, or of a help about one: `--help stages` is `help stages`. */
export const isCommand = ([first = "-", second = "-"]: readonly string[]): boolean =>
  !first.startsWith("-") || (asksForHelp(first) && !second.startsWith("-"));

/** What the arguments begin with. Throws a `CommandFailed` when that is no command. */
export function findCommand(args: readonly string[]): Found {
  const [first = "", second = ""] = args;
  if ((first === "help" || asksForHelp(first)) && args.length > 1) return findCommand([...args.slice(1), "--help"]);
  const named = (name: string): CommandRow | undefined => commandTable.find((row) => row.name === name);
  const pair = named(`${first} ${second}`);
  if (pair !== undefined) return { row: pair, rest: args.slice(2) };
  const single = named(first);
  if (single !== undefined) return { row: single, rest: args.slice(1) };
  const family = commandTable.filter(({ name }) => name.startsWith(`${first} `));
  if (family.length === 0) {
    const near = didYouMean(first, [...firstWords]);
    throw new CommandFailed(
      `There is no command ${JSON.stringify(first)}.${near} There are:\n\n${commandsHelp()}\n\n` +
        "Without a command, the server is started: npm start, or stagewright alone.",
    );
  }
  const lines = linesOf(family);
  if (asksForHelp(second)) return { help: `${lines}\n\nMore of one: stagewright ${first} … --help\n` };
  const what = second === "" ? `${first} what?` : `There is no command ${JSON.stringify(`${first} ${second}`)}.`;
  throw new CommandFailed(`${what} There are:\n\n${lines}`);
}
