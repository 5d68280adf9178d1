/** What a command is: a name, options as a table, and what it does. Reading arguments and writing help need no more. */
import { parseArgs } from "node:util";
import { didYouMean } from "../did-you-mean.ts";
import { CommandFailed } from "./failure.ts";
import type { Terminal } from "./terminal.ts";

export interface CommandOption {
  readonly type: "string" | "boolean";
  readonly short?: string;
  readonly multiple?: true;
  /** Whether an empty value means something; of other options it is an empty variable of a shell's. */
  readonly empty?: true;
  /** What stands for its value in the help, such as `FILE`. */
  readonly value?: string;
  readonly help: string;
}

export type CommandOptions = Readonly<Record<string, CommandOption>>;

type ValueOf<O extends CommandOption> = O["type"] extends "boolean"
  ? boolean
  : O extends { readonly multiple: true }
    ? readonly string[]
    : string;

/** What was typed behind a command's name. */
export interface Given<O extends CommandOptions = CommandOptions> {
  readonly values: { readonly [K in keyof O]?: ValueOf<O[K]> };
  readonly positionals: readonly string[];
}

export interface Command<O extends CommandOptions = CommandOptions> {
  /** As it is typed, without `stagewright`: `stage get`. */
  readonly name: string;
  /** What may stand behind it, for the help: `STAGE [KEY]`. */
  readonly arguments: string;
  /** How many of them there must be, and may be. */
  readonly count: readonly [least: number, most: number];
  /** What it does, in sentences. */
  readonly about: string;
  readonly options: O;
  /** Behind the options in the help: examples, tables. Its lines are printed as they are. */
  readonly more?: string;
  readonly run: (given: Given<O>, terminal: Terminal) => Promise<void>;
}

/** Ties options and what `run` is given to one type; the table of commands then holds it without knowing that type. */
export const defineCommand = <const O extends CommandOptions>(command: Command<O>): Command =>
  command as unknown as Command;

/** Every command has it. */
const helpOption = { type: "boolean", short: "h", help: "this text" } as const satisfies CommandOption;

const width = 80;

/** Words in lines of at most so many columns, each behind so many blanks. */
export function wrapped(text: string, indent: number, most = width): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > most) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => " ".repeat(indent) + each).join("\n");
}

function optionHead(name: string, { short, value }: CommandOption): string {
  const long = value === undefined ? `--${name}` : `--${name} ${value}`;
  return short === undefined ? `    ${long}` : `-${short}, ${long}`;
}

/** The options' part of a help: heads in one column, what they do in the other. */
function optionsHelp(options: CommandOptions, columns: number): string {
  const rows = Object.entries(options).map(([name, option]) => [optionHead(name, option), option.help] as const);
  const column = Math.min(Math.max(...rows.map(([head]) => head.length)) + 4, 28);
  return rows
    .map(([head, help]) => {
      const text = wrapped(help, column, columns);
      return head.length + 3 < column ? `  ${head}${text.slice(head.length + 2)}` : `  ${head}\n${text}`;
    })
    .join("\n");
}

const usageOf = ({ name, arguments: behind }: Command): string =>
  ["stagewright", name, behind, "[options]"].filter((part) => part !== "").join(" ");

/** All that `--help` prints. Sentences fit the columns, and 80; examples and tables are printed as they are. */
export function helpOf(command: Command, columns = width): string {
  const most = Math.min(columns, width);
  const options = optionsHelp({ ...command.options, help: helpOption }, most);
  const parts = [usageOf(command), wrapped(command.about, 2, most), options, command.more ?? ""];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

const tryHelp = (command: Command): string =>
  `It is typed so: ${usageOf(command)}\nMore of it: stagewright ${command.name} --help`;

/** What Node says of arguments, in one line and with what would be right. */
function refusedArguments(command: Command, error: unknown): CommandFailed {
  const [said = ""] = (error as Error).message.split(/\.\s/);
  const valued = /^Option '.*?(--[^ ']+).* argument (missing|is ambiguous)/.exec(said);
  if (valued !== null) {
    const [, option, how] = valued;
    const dash = how === "missing" ? "" : ` One that begins with a dash is typed so: ${option}=-…`;
    return new CommandFailed(`${option} needs a value.${dash}\n${tryHelp(command)}`);
  }
  const unknown = /^Unknown option '(--?[^']+)'/.exec(said)?.[1];
  const names = [...Object.keys(command.options), "help"].map((name) => `--${name}`);
  const near = unknown === undefined ? "" : didYouMean(unknown, names);
  return new CommandFailed(`${said}.${near}\n${tryHelp(command)}`);
}

/** What Node's own reader makes of them. */
function parsed(command: Command, args: readonly string[]): Given {
  const all: CommandOptions = { ...command.options, help: helpOption };
  const options = Object.entries(all).map(
    ([name, { type, short, multiple }]) =>
      [name, { type, ...(short !== undefined && { short }), ...(multiple !== undefined && { multiple }) }] as const,
  );
  try {
    return parseArgs({ args: [...args], allowPositionals: true, options: Object.fromEntries(options) }) as Given;
  } catch (error) {
    throw refusedArguments(command, error);
  }
}

const isEmpty = (value: unknown): boolean => (Array.isArray(value) ? value.includes("") : value === "");

/** Throws for an empty text where something has to be named. */
function checkFilled(command: Command, { values, positionals }: Given): void {
  const option = Object.keys(values).find((name) => isEmpty(values[name]) && command.options[name]?.empty !== true);
  if (option !== undefined) throw new CommandFailed(`--${option} needs a value.\n${tryHelp(command)}`);
  const at = positionals.indexOf("");
  const names = command.arguments.replaceAll(/[[\]…]/g, "").split(" ");
  const name = names[at] ?? names.at(-1);
  if (at >= 0) throw new CommandFailed(`${name} must not be empty.\n${tryHelp(command)}`);
}

/** Reads what was typed behind a command's name; undefined where its help was asked for. Throws a `CommandFailed`. */
export function readArguments(command: Command, args: readonly string[]): Given | undefined {
  const given = parsed(command, args);
  if ("help" in given.values) return undefined;
  const { length } = given.positionals;
  const [least, most] = command.count;
  if (length < least) {
    const missing = command.arguments.split(" ").slice(length, least);
    const verb = missing.length === 1 ? "is" : "are";
    throw new CommandFailed(`${missing.join(" and ")} ${verb} missing.\n${tryHelp(command)}`);
  }
  if (length > most) {
    throw new CommandFailed(`There is no use for ${JSON.stringify(given.positionals[most])}.\n${tryHelp(command)}`);
  }
  checkFilled(command, given);
  return given;
}
