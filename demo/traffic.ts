/** Steady traffic to the stage, counted phase by phase, and single probes beside it. */
import { Agent, get } from "node:http";
import type { Backend, BackendAnswer } from "./backend.ts";

const requestsPerSecond = 200;
const tickMilliseconds = 20;
const answerDeadline = 5_000;

export interface Tally {
  requests: number;
  /** Answers of the first deployment with the first release. */
  before: number;
  /** Answers of the second deployment with the second release. */
  after: number;
  /** Answers by status; 0 stands for no answer. */
  readonly statuses: Record<string, number>;
  /** Anything but a whole, unmixed 200. */
  failed: number;
  /** Answers that the backend was not asked for. */
  fromCache: number;
}

export interface Answered {
  readonly status: number;
  readonly answer: BackendAnswer | undefined;
}

export interface Traffic {
  /** The tally of the present phase; it goes on counting. */
  readonly tally: Tally;
  /** Begins a new tally. Resolves with the old one when the requests that were sent in its time are answered. */
  nextPhase(): Promise<Tally>;
  /** Milliseconds until an answer fits, asking again and again; what it asks counts too. */
  until(fits: (answer: BackendAnswer) => boolean): Promise<number>;
  stop(): Promise<void>;
}

const emptyTally = (): Tally => ({ requests: 0, before: 0, after: 0, statuses: {}, failed: 0, fromCache: 0 });

function ask(url: string, agent: Agent): Promise<Answered> {
  return new Promise((resolve) => {
    const nothing = (): void => resolve({ status: 0, answer: undefined });
    const request = get(url, { agent, timeout: answerDeadline }, (reply) => {
      let text = "";
      reply.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      reply.on("error", nothing).on("end", () => {
        const status = reply.statusCode ?? 0;
        resolve({ status, answer: status === 200 ? (JSON.parse(text) as BackendAnswer) : undefined });
      });
    });
    request.on("error", nothing).on("timeout", () => request.destroy());
  });
}

function count(tally: Tally, { status, answer }: Answered): void {
  tally.requests++;
  tally.statuses[status] = (tally.statuses[status] ?? 0) + 1;
  // A deployment together with the other one's release would be half of a change.
  if (answer?.deployment === "1" && answer.release === "blue") tally.before++;
  else if (answer?.deployment === "2" && answer.release === "green") tally.after++;
  else tally.failed++;
}

/** Starts asking this URL. */
export function startTraffic(url: string, backend: Backend): Traffic {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const underWay = new Set<Promise<void>>();
  let tally = emptyTally();
  let backendBefore = backend.requests();

  const one = async (): Promise<Answered> => {
    const mine = tally;
    const answered = await ask(url, agent);
    count(mine, answered);
    if (mine === tally) tally.fromCache = Math.max(0, tally.requests - (backend.requests() - backendBefore));
    return answered;
  };
  const timer = setInterval(() => {
    for (let i = 0; i < (requestsPerSecond * tickMilliseconds) / 1_000; i++) {
      const request = one().then(() => void underWay.delete(request));
      underWay.add(request);
    }
  }, tickMilliseconds);

  return {
    get tally() {
      return tally;
    },
    nextPhase: async () => {
      const over = tally;
      tally = emptyTally();
      backendBefore = backend.requests();
      await Promise.all(underWay);
      return over;
    },
    until: async (fits) => {
      const begun = performance.now();
      for (let asked = 0; asked < 10_000; asked++) {
        const { answer } = await one();
        if (answer !== undefined && fits(answer)) return performance.now() - begun;
      }
      throw new Error("a change of the stage was never seen in traffic");
    },
    stop: async () => {
      clearInterval(timer);
      await Promise.all(underWay);
      agent.destroy();
    },
  };
}
