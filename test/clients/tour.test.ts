/** All 124 operations in one tour: with the JavaScript SDK always, with boto3 and the AWS CLI where the machine has them. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operations } from "../../src/model/service.ts";
import { type RunningServer, startServer } from "../support/server.ts";
import { missing } from "../support/tools.ts";
import { awsCliCaller, boto3Caller, sdkCaller } from "./tour/callers.ts";
import { playTour } from "./tour/play.ts";
import { tour } from "./tour/steps.ts";

/** Milliseconds: the AWS CLI starts a Python for each call. */
const patience = 600_000;

const clients = [
  { name: "the JavaScript SDK", absent: undefined, open: sdkCaller },
  { name: "boto3", absent: await missing("python3", ["-c", "import boto3"]), open: boto3Caller },
  { name: "the AWS CLI", absent: await missing("aws", ["--version"]), open: awsCliCaller },
] as const;

it("is a tour of every operation", () => {
  const called = new Set(tour.map(({ call }) => call));
  expect([...operations.keys()].filter((name) => !called.has(name))).toEqual([]);
});

describe.each(clients)("$name", ({ name, absent, open }) => {
  if (absent !== undefined) console.log(`skipped the tour with ${name}: ${absent}`);
  let server: RunningServer;
  beforeAll(async () => {
    if (absent === undefined) server = await startServer(["--cache-cluster-duration", "0"]);
  });
  afterAll(async () => {
    await server?.stop();
  });

  it.skipIf(absent !== undefined)(
    "takes everything up, looks at it, and takes it down",
    async () => {
      const caller = await open(server);
      try {
        await playTour(caller.call);
      } finally {
        await caller.close();
      }
    },
    patience,
  );
});
