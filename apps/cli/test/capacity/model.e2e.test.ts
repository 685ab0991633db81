import {
  GetEventSourceMappingCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import {
  awsClients,
  LOCAL_CREDENTIALS,
  processesPerFunction,
  type Server,
  startLocalPipeline,
  startServer,
} from "@image-pipeline/local";
import { UPLOADS } from "@image-pipeline/testing";
import { waitFor } from "@image-pipeline/testing/progress";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { type Simulated, simulate } from "../../src/capacity/simulate.ts";
import { synthesised, temporaryFolder } from "../local-world.ts";

/** The settings of the burst, which the model gets too. */
const IMAGES = 40;
const MILLISECONDS = 400;
/** Every tenth image fails once. */
const FAILING_SHARE = 0.1;
/** Visibility timeouts are 6 minutes or more: so they are some seconds. */
const TIME_SCALE = 0.01;
/** The model must be this close to the local runtime, as a share of its figure. */
const TOLERANCE = 0.25;

/** A worker that takes a known time for an image, and fails for some the first time. It logs each of its records. */
const WORKER = `exports.handler = async ({ Records }) => {
  const batchItemFailures = [];
  for (const { body, messageId, attributes } of Records) {
    const began = Date.now();
    await new Promise((resolve) => setTimeout(resolve, ${MILLISECONDS}));
    const { key } = JSON.parse(body).data;
    const isFailure = key.endsWith("0.jpg") && attributes.ApproximateReceiveCount === "1";
    if (isFailure) batchItemFailures.push({ itemIdentifier: messageId });
    console.log(JSON.stringify({ key, began, ended: Date.now(), isFailure, process: process.pid }));
  }
  return { batchItemFailures };
};`;

const Handled = z.object({
  key: z.string(),
  began: z.number(),
  ended: z.number(),
  isFailure: z.boolean(),
  process: z.int(),
});
type Handled = z.infer<typeof Handled>;

const handled: Handled[] = [];
let beganAt: number;
let modelled: Simulated;
let executions: number;
const stopping: (() => unknown)[] = [];
afterAll(async () => {
  for (const stop of stopping.toReversed()) await stop();
});

/** Runs the burst in the local runtime, and then in the model. */
beforeAll(async () => {
  const server = await startServer({ ports: [0], folder: temporaryFolder() });
  stopping.push(() => server.close());
  const { mapping, queue } = await startPipeline(server);
  const place = { endpoint: server.proxy.endpoint, region: "us-east-1", credentials: LOCAL_CREDENTIALS };
  const lambda = new LambdaClient(place);
  const clients = awsClients(place);
  stopping.push(clients.close, () => lambda.destroy());
  const upload = (key: string) =>
    clients.s3.send(new PutObjectCommand({ Bucket: UPLOADS, Key: key, Body: "not looked at" }));
  const { EventSourceMappings: [{ UUID } = {}] = [] } = await lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName: mapping.functionName }),
  );
  const turn = (Enabled: boolean) => lambda.send(new UpdateEventSourceMappingCommand({ UUID, Enabled }));
  const state = async () => (await lambda.send(new GetEventSourceMappingCommand({ UUID }))).State;

  await turn(false);
  // Each poll that has begun ends with an image; one may take two, so that another ends after its wait.
  for (let index = 1; index <= executions; index++) await upload(`before-${index}.png`);
  await waitFor({ read: state, until: (now) => now === "Disabled" });
  const left = executions - handled.length;
  for (let index = 0; index < IMAGES; index++) await upload(`${index}.jpg`);
  const waiting = () => server.services.count(queue.name).visible;
  await waitFor({ read: waiting, until: (count) => count === IMAGES + left });
  handled.length = 0;
  beganAt = Date.now();
  await turn(true);
  await waitFor({
    read: () => succeeded().length,
    until: (count) => count === IMAGES,
    progress: () => handled.length,
  });
  modelled = model(mapping.batchSize, Math.max(1, Math.ceil(queue.visibilityTimeoutSeconds * TIME_SCALE)));
});

/** Starts the shipped stacks with the other worker, warm. */
async function startPipeline(server: Server) {
  const onLog = (name: string, lines: readonly string[]) => {
    if (name.endsWith("-worker")) handled.push(...lines.flatMap(toHandled));
  };
  const stacksFolder = await synthesised();
  const pipeline = await startLocalPipeline(server, { stacksFolder, timeScale: TIME_SCALE, onLog });
  stopping.push(pipeline.stop);
  const { mappings, queues } = pipeline.topology;
  const mapping = mappings.find(({ functionName }) => functionName.endsWith("-worker"));
  const queue = queues.find(({ arn }) => arn === mapping?.queueArn);
  if (!mapping || !queue) throw new Error("the stacks have no worker");
  executions = Math.min(processesPerFunction(), mapping.maximumConcurrency ?? 1);
  pipeline.functions.replaceCode(mapping.functionName, new Map([["index.js", Buffer.from(WORKER)]]));
  pipeline.functions.warm(mapping.functionName, executions);
  return { mapping, queue };
}

function toHandled(line: string): Handled[] {
  if (!line.includes('"isFailure"')) return [];
  return [Handled.parse(JSON.parse(line.slice(line.indexOf("{"))))];
}

/** The records of the burst. */
const records = () => handled.filter(({ key }) => !key.startsWith("before"));
const succeeded = () => records().filter(({ isFailure }) => !isFailure);

function model(batch: number, visibilitySeconds: number): Simulated {
  const milliseconds = occupied();
  return simulate({ burst: IMAGES, burstPerSecond: 1e6, perSecond: 0, seconds: 0 }, [
    {
      name: "worker",
      milliseconds,
      coldMilliseconds: 0,
      hopMilliseconds: Math.min(...handled.map(({ began }) => began - beganAt)),
      batch,
      scaling: { initial: executions, perSecond: 1, most: executions },
      quotaPerSecond: Number.POSITIVE_INFINITY,
      // A message is invisible from its receipt on, the model's from the end of its execution on.
      retries: { share: FAILING_SHARE, seconds: visibilitySeconds - milliseconds / 1000 },
    },
  ]);
}

/** Returns the median time from one record to the next of the same process: the known time, and what polling takes on this machine. */
function occupied(): number {
  const inOrder = handled.toSorted((a, b) => a.began - b.began);
  const gaps = [...Map.groupBy(inOrder, (one) => one.process).values()].flatMap((records) =>
    records.slice(1).map(({ began }, index) => began - (records[index]?.began ?? began)),
  );
  return gaps.toSorted((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? MILLISECONDS;
}

/** Seconds from the start of the burst to each success, in ascending order. */
function dwell(): number[] {
  return succeeded()
    .map(({ ended }) => (ended - beganAt) / 1000)
    .toSorted((a, b) => a - b);
}

describe(`the model and the local runtime, for a burst of ${IMAGES} images of which a tenth fails once`, () => {
  it("have the same executions at one time", () => {
    const most = Math.max(
      ...handled.map(
        ({ began }) => handled.filter((other) => other.began <= began && began < other.ended).length,
      ),
    );
    expect({ local: most, model: modelled.executions.worker }).toEqual({
      local: executions,
      model: executions,
    });
  });

  it("handle each image once, and the failed ones twice", () => {
    expect(records()).toHaveLength(IMAGES * (1 + FAILING_SHARE));
    expect(new Set(succeeded().map(({ key }) => key)).size).toBe(IMAGES);
    expect(modelled.images).toBe(IMAGES);
  });

  it.each([
    ["half of the images", () => dwell()[IMAGES / 2], () => modelled.dwell.p50],
    ["the last image", () => dwell().at(-1), () => modelled.dwell.most],
  ])("agree on the time of %s", (_name, local, model) => {
    const ratio = model() / (local() ?? 0);
    expect(ratio).toBeGreaterThan(1 - TOLERANCE);
    expect(ratio).toBeLessThan(1 + TOLERANCE);
  });
});
