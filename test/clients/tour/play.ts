/** Plays the tour on a client of any kind: each step's input is filled in from earlier answers, its answer looked at. */
import { expect } from "vitest";
import { type TourStep, tour } from "./steps.ts";

/** A payload, which clients take in different ways. */
export class Payload {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Makes one call; resolves with what the client shows of its answer, rejects with what it says of a refusal. */
export type Caller = (call: string, input: Readonly<Record<string, unknown>>) => Promise<unknown>;

type Answers = ReadonlyMap<string, unknown>;

function textOf(answers: Answers, reference: string): string {
  const [name = "", ...members] = reference.split(".");
  let value = answers.get(name);
  for (const member of members) value = (value as Readonly<Record<string, unknown>> | undefined)?.[member];
  if (typeof value !== "string") throw new Error(`the tour has no ${reference}`);
  return value;
}

/** The value with references and payloads filled in. */
function filled(value: unknown, answers: Answers): unknown {
  if (typeof value === "string") return value.replaceAll(/<([\w.]+)>/g, (_all, name: string) => textOf(answers, name));
  if (Array.isArray(value)) return value.map((element: unknown) => filled(element, answers));
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([name, member]) => [name, filled(member, answers)] as const);
  const [first] = members;
  return first?.[0] === "bytes" ? new Payload(String(first[1])) : Object.fromEntries(members);
}

/** Plays all steps, in order; fails at the first that is refused or does not show what it has to. */
export async function playTour(caller: Caller): Promise<void> {
  const answers = new Map<string, unknown>([["today", new Date().toISOString().slice(0, 10)]]);
  for (const [index, step] of tour.entries()) {
    const where = `step ${index + 1}, ${step.call}`;
    const answer = await callStep(caller, step, answers).catch((error: unknown) => {
      throw new Error(`${where}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    });
    if (step.as !== undefined) answers.set(step.as, answer);
    if (step.gives !== undefined) expect(answer, where).toMatchObject(filled(step.gives, answers) as object);
  }
}

const callStep = (caller: Caller, { call, input }: TourStep, answers: Answers): Promise<unknown> =>
  caller(call, filled(input ?? {}, answers) as Readonly<Record<string, unknown>>);
