import { availableParallelism } from "node:os";
import { type PipelinePlaces, toPlaces } from "./accounting/pipeline-places.ts";
import { RESULTS_QUEUE, resultsSubscription } from "./accounting/results-queue.ts";
import { type Clock, systemClock } from "./clock.ts";
import { asyncQueues } from "./delivery/async-queue.ts";
import { startDelivery } from "./delivery/start-delivery.ts";
import type { ObjectChange } from "./front/s3-notification.ts";
import { type LambdaHostOptions, startLambdaHost } from "./host/lambda-host.ts";
import type { Server } from "./server.ts";
import { type AwsClients, awsClients, type Connection, LOCAL_CREDENTIALS } from "./services/clients.ts";
import { ownQueue } from "./services/own-queue.ts";
import { provision, releaseInFlight } from "./services/provision.ts";
import { readStacks } from "./terraform/read-stacks.ts";
import type { Queue, Topology } from "./topology.ts";

export interface LocalPipelineOptions {
  /** `cdktf.out/stacks` */
  stacksFolder: string;
  /** What the functions get for an endpoint, where that is not the server itself: a proxy that injects faults. */
  functionsEndpoint?: string;
  /** Shortens visibility time-outs and the waits between attempts: 0.01 makes a minute 0.6 seconds. */
  timeScale?: number;
  clock?: Clock;
  onUpload?: (change: ObjectChange) => void;
  onFunctionFailure?: LambdaHostOptions["onFailure"];
  /** Hears of faults of the runtime's own, such as a queue that cannot be reached. */
  onError?: (error: unknown) => void;
}

/** The stacks, running. */
export interface LocalPipeline {
  topology: Topology;
  places: PipelinePlaces;
  /** To the services themselves, past the server's front. */
  connection: Connection;
  /** Clients of the services themselves: they cause no notifications. */
  clients: AwsClients;
  resultsQueue: Queue;
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
  const { front, services } = server;
  const {
    clock = systemClock,
    timeScale = 1,
    functionsEndpoint = front.endpoint,
    onError = () => {},
  } = options;
  const topology = readStacks(options.stacksFolder, functionsEndpoint);
  const places = toPlaces(topology);
  const { region } = topology;
  const own = { region, endpoint: services.endpoint };
  const connection = { ...own, credentials: LOCAL_CREDENTIALS };
  const clients = awsClients(connection);
  const resultsQueue = ownQueue(RESULTS_QUEUE, own);
  const asynchronous = asyncQueues(topology, services.endpoint);
  const queues = [
    ...topology.queues.map((queue) => withTimeScale(queue, timeScale)),
    resultsQueue,
    ...asynchronous.values(),
  ];
  const subscriptions = [
    ...topology.subscriptions,
    resultsSubscription(places.resultsTopicArn, resultsQueue),
  ];
  const host = await startLambdaHost({
    topology,
    endpoint: functionsEndpoint,
    credentialsOf: () => LOCAL_CREDENTIALS,
    folder: server.folder,
    maximumProcesses: availableParallelism(),
    ...(options.onFunctionFailure && { onFailure: options.onFunctionFailure }),
  });
  await provision({ ...topology, queues, subscriptions }, clients);
  await releaseInFlight(queues, clients, services);
  front.route({ ...topology, ...(options.onUpload && { onChange: options.onUpload }) });
  const delivery = startDelivery({
    topology,
    host,
    clientFor: () => clients.sqs,
    asynchronous: { sqs: clients.sqs, queues: asynchronous },
    clock,
    timeScale,
    onError,
  });
  const mapped = topology.mappings.flatMap(({ queueArn }) =>
    topology.queues.filter(({ arn }) => arn === queueArn),
  );
  return {
    topology,
    places,
    connection,
    clients,
    resultsQueue,
    workQueues: [...asynchronous.values(), ...mapped, resultsQueue].map(({ name }) => name),
    kill: host.kill,
    async stop() {
      await delivery.stop();
      await host.close();
      clients.close();
    },
  };
}

function withTimeScale(queue: Queue, timeScale: number): Queue {
  return { ...queue, visibilityTimeoutSeconds: Math.ceil(queue.visibilityTimeoutSeconds * timeScale) };
}
