import { beforeEach, describe, expect, test, vi } from "vitest";
import { type LogServices, startLogServices } from "../../../../test/support/log-services.ts";
import { limits } from "../../../limits.ts";
import { carrierContract } from "./carrier.contract.ts";
import { CloudWatchLogsCarrier } from "./cloudwatch-logs.ts";
import { FirehoseCarrier } from "./firehose.ts";
import type { Events } from "./event-queue.ts";
import type { Carrier } from "./log-sink.ts";
import { createLogs } from "./logs.ts";
import { Shipper } from "./shipper.ts";
import { silentLog } from "../../../operator-log.ts";

beforeEach(() => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
});

const region = "us-east-1";
const carriers: readonly (readonly [what: string, make: (endpoint: string) => Carrier<Events>, eventBytes: number])[] =
  [
    ["CloudWatch Logs", (endpoint) => new CloudWatchLogsCarrier({ region, endpoint }), limits.logEvent],
    ["Firehose", (endpoint) => new FirehoseCarrier({ region, endpoint }), limits.deliveryRecord],
  ];

for (const [what, make, eventBytes] of carriers) {
  carrierContract(what, async () => {
    const services = await startLogServices();
    const arrived = (name: string): Promise<readonly string[]> => {
      expect(services.complaints).toEqual([]);
      return Promise.resolve(services.taken.get(name) ?? []);
    };
    return { carrier: make(services.endpoint), eventBytes, arrived };
  });
}

interface Shipped {
  readonly shipper: Shipper<Events>;
  readonly told: (readonly [message: string, details: { dropped?: number }])[];
}

function ship(carrier: Carrier<Events>, change = {}): Shipped {
  const told: Shipped["told"] = [];
  const tell = (details: object, message: string): void => void told.push([message, details]);
  return {
    shipper: new Shipper(
      carrier,
      { error: tell, info: tell },
      { ...limits, logRetryPause: 1, logRetryPauseMaximum: 20, ...change },
    ),
    told,
  };
}

const messages = Array.from({ length: 1_200 }, (_, index) => `event ${index}`);
const fill = ({ shipper }: Shipped): void => {
  for (const message of messages) shipper.write("amazon-apigateway-a", message, Date.now());
};

const throttled = { status: 400, type: "ThrottlingException" };
const unavailable = { status: 503, type: "ServiceUnavailableException" };

describe.each(carriers)("%s", (_what, make) => {
  const open = async (change = {}): Promise<[LogServices, Shipped]> => {
    const services = await startLogServices();
    return [services, ship(make(services.endpoint), change)];
  };

  test("throttled, unavailable, broken off, slow: everything arrives once all the same", async () => {
    const [services, shipped] = await open();
    services.misbehave.push(throttled, unavailable, "die", undefined, throttled, { slow: 50 }, "die");
    fill(shipped);
    await shipped.shipper.close();
    expect(services.complaints).toEqual([]);
    expect(services.taken.get("amazon-apigateway-a")).toEqual(messages);
    expect(shipped.told.map(([message]) => message)).not.toContain("log events were dropped");
  });

  test("gone and back: what waited arrives", async () => {
    const [services, shipped] = await open();
    await services.stop();
    fill(shipped);
    while (shipped.told.length === 0) await new Promise((resolve) => void setTimeout(resolve, 5));
    await services.restart();
    await shipped.shipper.close();
    expect(services.taken.get("amazon-apigateway-a")).toEqual(messages);
  });

  test("a batch that is refused for good is dropped and counted, the rest arrives", async () => {
    const [services, shipped] = await open();
    fill(shipped);
    services.misbehave.push({ status: 400, type: "InvalidParameterException" });
    await shipped.shipper.close();
    const arrived = services.taken.get("amazon-apigateway-a")?.length ?? 0;
    const dropped = shipped.told.reduce((sum, [, { dropped: count = 0 }]) => sum + count, 0);
    expect(dropped).toBeGreaterThan(0);
    expect(arrived + dropped).toBe(messages.length);
  });

  test("one that never answers is given up on closing", async () => {
    const [services, shipped] = await open({ logFlushTimeout: 100 });
    services.misbehave.push("hang", "hang", "hang", "hang");
    fill(shipped);
    await shipped.shipper.close();
    expect(shipped.told.at(-1)).toEqual(["log events were dropped", { log: "amazon-apigateway-a", dropped: 1_200 }]);
  });
});

test("records that a delivery stream did not take are sent again, and only those", async () => {
  const services = await startLogServices();
  const shipped = ship(new FirehoseCarrier({ region, endpoint: services.endpoint }));
  services.misbehave.push("in part", "in part");
  fill(shipped);
  await shipped.shipper.close();
  expect(services.complaints).toEqual([]);
  expect(services.taken.get("amazon-apigateway-a")?.toSorted()).toEqual(messages.toSorted());
});

/** The operations that two events of a group take, one after the other; both arrive. */
async function operationsOfTwo(services: LogServices): Promise<readonly string[]> {
  const shipped = ship(new CloudWatchLogsCarrier({ region, endpoint: services.endpoint }));
  shipped.shipper.write("new/group", "first", Date.now());
  while (services.taken.size === 0 && shipped.told.length === 0) {
    await new Promise((resolve) => void setTimeout(resolve, 5));
  }
  shipped.shipper.write("new/group", "second", Date.now());
  await shipped.shipper.close();
  expect(shipped.told).toEqual([]);
  expect(services.taken.get("new/group")).toEqual(["first", "second"]);
  expect(services.calls[0]?.input["logStreamName"]).toMatch(/^[0-9a-f]{32}$/);
  return services.calls.map(({ operation }) => operation);
}

test("a log group and its stream are made when they are missing, once", async () => {
  expect(await operationsOfTwo(await startLogServices())).toEqual([
    "PutLogEvents",
    "CreateLogStream",
    "CreateLogGroup",
    "CreateLogStream",
    "PutLogEvents",
    "PutLogEvents",
  ]);
});

test("a group that is there needs no permission to make groups", async () => {
  const services = await startLogServices();
  services.createLogGroup("new/group");
  services.denied.add("CreateLogGroup");
  expect(await operationsOfTwo(services)).toEqual(["PutLogEvents", "CreateLogStream", "PutLogEvents", "PutLogEvents"]);
});

test("a service that wants sequence tokens gets them", async () => {
  const services = await startLogServices();
  services.wantTokens();
  expect((await operationsOfTwo(services)).slice(-3)).toEqual(["PutLogEvents", "PutLogEvents", "PutLogEvents"]);
  expect(services.calls.at(-1)?.input["sequenceToken"]).toBe("after nothing");
});

describe("which destinations there are", () => {
  const settings = { region, dataDir: "/nowhere" };
  const log = silentLog;

  test("services where the SDK's own variables name them", async () => {
    const services = await startLogServices();
    const env = { AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: services.endpoint, AWS_ENDPOINT_URL_FIREHOSE: services.endpoint };
    const { accessLogs, executionLogs, deliveryStreams } = await createLogs({ settings, env, log });
    accessLogs.write("access", "line", Date.now());
    executionLogs.write("execution", "line", Date.now());
    deliveryStreams.write("amazon-apigateway-a", "line", Date.now());
    await Promise.all([accessLogs, executionLogs, deliveryStreams].map((sink) => sink.close()));
    expect([...services.taken.keys()].toSorted()).toEqual(["access", "amazon-apigateway-a", "execution"]);
  });

  test.each([
    ["AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", "localhost:4566"],
    ["AWS_ENDPOINT_URL_FIREHOSE", "firehose.us-east-1.amazonaws.com"],
    ["AWS_ENDPOINT_URL_FIREHOSE", "http://"],
  ])("%s=%s is refused at the start", async (name, value) => {
    const refused = `${name} must be an http or https URL, not "${value}"`;
    await expect(createLogs({ settings, env: { [name]: value }, log })).rejects.toThrow(refused);
  });

  test("the variable for all services is not one of them", async () => {
    const services = await startLogServices();
    const logs = await createLogs({ settings, env: { AWS_ENDPOINT_URL: services.endpoint }, log });
    await Promise.all([logs.accessLogs, logs.executionLogs, logs.deliveryStreams].map((sink) => sink.close()));
    expect(services.calls).toEqual([]);
  });
});
