import { availableParallelism } from "node:os";
import { type Clock, systemClock } from "./clock.ts";
import { asyncQueues } from "./delivery/async-queue.ts";
import { type DeliveryOptions, startDelivery } from "./delivery/start-delivery.ts";
import { type LambdaHost, type LambdaHostOptions, startLambdaHost } from "./lambda-host/lambda-host.ts";
import { asksRekognition, openRekognition, type RekognitionChoice } from "./rekognition/rekognition.ts";
import type { ObjectChange } from "./s3-proxy/s3-notification.ts";
import type { Server } from "./server.ts";
import { type AwsClients, awsClients, type Connection, LOCAL_CREDENTIALS } from "./services/clients.ts";
import { ownQueue } from "./services/own-queue.ts";
import { provision, releaseInFlight } from "./services/provision.ts";
import { readStacks } from "./terraform/read-stacks.ts";
import { type Queue, type Topology, toShortName } from "./topology/topology.ts";
import { type PipelinePlaces, toPlaces } from "./tracking/pipeline-places.ts";
import { RESULTS_QUEUE, resultsSubscription } from "./tracking/results-queue.ts";
import { UserFault } from "./user-fault.ts";

export interface LocalPipelineOptions {
  /** `cdktf.out/stacks` */
  stacksFolder: string;
  /** What the functions get for an endpoint, where that is not the server itself: a proxy that injects faults. */
  functionsEndpoint?: string;
  /** Which Rekognition the functions ask; the stand-in where it is left out. */
  rekognition?: RekognitionChoice;
  /** Shortens visibility time-outs (to a second at least) and the waits between attempts: 0.1 makes a minute 6 seconds. */
  timeScale?: number;
  clock?: Clock;
  /** Names of further queues of the runtime's own that get every result event, from the first one on. */
  resultQueues?: readonly string[];
  onUpload?: (change: ObjectChange) => void;
  onFunctionFailure?: LambdaHostOptions["onFailure"];
  /** Short names, such as `worker`, of functions that a debugger can attach to, with the port. */
  inspect?: ReadonlyMap<string, number>;
  onDebugger?: LambdaHostOptions["onDebugger"];
  /** Hears of every execution of a workflow, with the message that started it. */
  onExecution?: DeliveryOptions["onExecution"];
  /** Hears of faults of the runtime's own, such as a queue that cannot be reached. */
  onError?: (error: unknown) => void;
}

/** The stacks, running. */
export interface LocalPipeline {
  topology: Topology;
  functions: Pick<LambdaHost, "warm" | "replaceCode">;
  /** Names of the functions that a debugger can attach to. */
  inspected: readonly string[];
  places: PipelinePlaces;
  /** To the services themselves, past the server's proxy. */
  connection: Connection;
  /** Clients of the services themselves: they cause no notifications. */
  clients: AwsClients;
  resultsQueue: Queue;
  /** Those of `resultQueues`, by name. */
  resultQueues: ReadonlyMap<string, Queue>;
  /** What answers for Rekognition, for people; null where no function asks it. */
  rekognition: string | null;
  /** Every queue that work moves through, in that order. */
  workQueues: readonly string[];
  /** Ends every function's process at once. */
  kill(): void;
  stop(): Promise<void>;
}

/** @throws {UserFault} when the stacks hold something that is not known here, or a zip is unsound */
export async function startLocalPipeline(
  server: Server,
  options: LocalPipelineOptions,
): Promise<LocalPipeline> {
  const { clock = systemClock, timeScale = 1, functionsEndpoint = server.proxy.endpoint } = options;
  const topology = readStacks(options.stacksFolder, functionsEndpoint);
  const places = toPlaces(topology);
  const { endpoint } = server.services;
  const connection = { endpoint, region: topology.region, credentials: LOCAL_CREDENTIALS };
  const own = toOwnQueues(topology, connection, options.resultQueues ?? []);
  const rekognition = await openRekognition(options.rekognition ?? "simulated", topology.region);
  const inspect = toInspected(topology, options.inspect ?? new Map());
  const starting = startLambdaHost({
    topology,
    endpoint: functionsEndpoint,
    rekognitionEndpoint: rekognition.endpoint,
    credentialsOf: (lambda) => rekognition.credentialsFor(lambda) ?? LOCAL_CREDENTIALS,
    folder: server.folder,
    maximumProcesses: availableParallelism(),
    ...(options.onFunctionFailure && { onFailure: options.onFunctionFailure }),
    ...(options.onDebugger && { onDebugger: options.onDebugger }),
    inspect,
  });
  const clients = awsClients(connection);
  const isHeld = ({ arn }: Queue) =>
    topology.mappings.some(({ queueArn, functionName }) => queueArn === arn && inspect.has(functionName));
  const queues = [
    ...topology.queues.map((queue) => withTimeScale(isHeld(queue) ? held(queue) : queue, timeScale)),
    ...own.all,
  ];
  const followers = [own.results, ...own.furtherResults.values()];
  const subscriptions = [
    ...topology.subscriptions,
    ...followers.map((queue) => resultsSubscription(places.resultsTopicArn, queue)),
  ];
  const [host] = await Promise.all([starting, provision({ ...topology, queues, subscriptions }, clients)]);
  await releaseInFlight(queues, clients, server.services);
  await server.proxy.route({ ...topology, ...(options.onUpload && { onChange: options.onUpload }) });
  const delivery = startDelivery({
    topology,
    host,
    clientFor: () => clients.sqs,
    asynchronous: { sqs: clients.sqs, queues: own.asynchronous },
    clock,
    timeScale,
    onError: options.onError ?? (() => {}),
    keepsMessages: true,
    onExecution: options.onExecution ?? (() => {}),
  });
  return {
    topology,
    functions: host,
    inspected: [...inspect.keys()],
    places,
    connection,
    clients,
    resultsQueue: own.results,
    resultQueues: own.furtherResults,
    rekognition: topology.functions.some(asksRekognition) ? rekognition.description : null,
    workQueues: toWorkQueues(topology, own),
    kill: host.kill,
    async stop() {
      await delivery.stop();
      await host.close();
      await rekognition.close();
      clients.close();
    },
  };
}

/** @throws {UserFault} that names the functions there are */
function toInspected({ functions }: Topology, wanted: ReadonlyMap<string, number>): Map<string, number> {
  const shortNames = new Map(functions.map(({ name }) => [toShortName(name, functions), name]));
  return new Map(
    [...wanted].map(([name, port]) => {
      const found = shortNames.get(name) ?? functions.find((lambda) => lambda.name === name)?.name;
      if (found !== undefined) return [found, port];
      throw new UserFault(`there is no function "${name}": it must be ${[...shortNames.keys()].join(", ")}`);
    }),
  );
}

interface OwnQueues {
  results: Queue;
  furtherResults: ReadonlyMap<string, Queue>;
  asynchronous: ReadonlyMap<string, Queue>;
  all: readonly Queue[];
}

/** The queues that are in no stack: Lambda's, and those that results are followed by. */
function toOwnQueues(topology: Topology, connection: Connection, further: readonly string[]): OwnQueues {
  const results = ownQueue(RESULTS_QUEUE, connection);
  const furtherResults = new Map(further.map((name) => [name, ownQueue(name, connection)]));
  const asynchronous = asyncQueues(topology, connection.endpoint);
  const all = [...asynchronous.values(), results, ...furtherResults.values()];
  return { results, furtherResults, asynchronous, all };
}

function toWorkQueues({ mappings, pipes, queues }: Topology, { asynchronous, results }: OwnQueues): string[] {
  const mapped = [...mappings, ...pipes].flatMap(({ queueArn }) =>
    queues.filter(({ arn }) => arn === queueArn),
  );
  return [...asynchronous.values(), ...mapped, results].map(({ name }) => name);
}

/** SQS's longest visibility timeout: a debugger may hold a message for a while. */
function held(queue: Queue): Queue {
  return { ...queue, visibilityTimeoutSeconds: 12 * 60 * 60 };
}

function withTimeScale(queue: Queue, timeScale: number): Queue {
  const visibilityTimeoutSeconds = Math.max(1, Math.ceil(queue.visibilityTimeoutSeconds * timeScale));
  return { ...queue, visibilityTimeoutSeconds };
}
