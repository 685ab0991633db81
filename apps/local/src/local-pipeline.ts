import { join } from "node:path";
import { UserFault } from "@image-pipeline/schema/user-fault";
import { type Clock, systemClock } from "./clock.ts";
import { type DeliveryOptions, startDelivery } from "./delivery/start-delivery.ts";
import type { EdgeRoutes } from "./edge/edge-server.ts";
import {
  type LambdaHost,
  type LambdaHostOptions,
  processesPerFunction,
  startLambdaHost,
} from "./lambda-host/lambda-host.ts";
import { type PipelineQueues, pipelineQueues } from "./pipeline-queues.ts";
import { localSqs, type Sqs } from "./queues/local-sqs.ts";
import {
  asksRekognition,
  openRekognition,
  type Rekognition,
  type RekognitionChoice,
} from "./rekognition/rekognition.ts";
import type { ObjectChange } from "./s3-proxy/s3-notification.ts";
import type { Server } from "./server.ts";
import { type AwsClients, awsClients, type Connection, LOCAL_CREDENTIALS } from "./services/clients.ts";
import { provision, releaseInFlight } from "./services/provision.ts";
import { asksForSignatures, type SigningKey, signingKey, trusting } from "./services/signing-key.ts";
import { readStacks } from "./terraform/read-stacks.ts";
import { type MappingSwitch, mappingSwitch } from "./topology/mapping-switches.ts";
import { type Queue, type Topology, toShortName } from "./topology/topology.ts";
import { type PipelinePlaces, toPlaces } from "./tracking/pipeline-places.ts";
import { withoutWebhook, withWebhookTo } from "./webhook/webhook-topology.ts";
import { executionLog } from "./workflow/execution-log.ts";

export interface LocalPipelineOptions {
  /** `cdktf.out/stacks` */
  stacksFolder: string;
  /** The endpoint that the functions use, such as a proxy that injects faults (default: the server). */
  functionsEndpoint?: string;
  /** The Rekognition that the functions use (default: simulated). */
  rekognition?: RekognitionChoice;
  /** Factor for visibility timeouts (at least a second) and for the waits between attempts: 0.1 turns a minute into 6 seconds. */
  timeScale?: number;
  clock?: Clock;
  /** The URL of the local webhook (default: it does not run). */
  webhook?: string | undefined;
  /** Called with the lines that a function has logged, after each of its invocations. */
  onLog?: LambdaHostOptions["onLog"] | undefined;
  onUpload?: (change: ObjectChange) => void;
  onFunctionFailure?: LambdaHostOptions["onFailure"];
  /** Short names, such as `worker`, of functions that a debugger can attach to, with the port. */
  inspect?: ReadonlyMap<string, number>;
  onDebugger?: LambdaHostOptions["onDebugger"];
  /** Called for every execution of a workflow, with the message that started it. */
  onExecution?: DeliveryOptions["onExecution"];
  /** Called for errors of the runtime itself, such as an unreachable queue. */
  onError?: (error: unknown) => void;
}

/** The running stacks. */
export interface LocalPipeline {
  topology: Topology;
  functions: Pick<LambdaHost, "warm" | "replaceCode">;
  /** Names of the functions that a debugger can attach to. */
  inspected: readonly string[];
  places: PipelinePlaces;
  /** To the services themselves, not through the server's proxy. */
  connection: Connection;
  /** Clients of the services themselves: their writes cause no notifications. */
  clients: Omit<AwsClients, "sqs"> & { sqs: Sqs };
  /** The address of the local CloudFront; null if the stacks have no distribution. */
  edgeEndpoint: string | null;
  /** The key pair with which an application on this machine can sign addresses; null if none needs a signature. */
  signingKey: SigningKey | null;
  resultsQueue: Queue;
  /** A description of the Rekognition in use, for messages; null if no function uses it. */
  rekognition: string | null;
  /** The queues that work moves through, in that order. */
  workQueues: readonly string[];
  /** Ends every function's process immediately. */
  kill(): void;
  stop(): Promise<void>;
}

/** The stacks and everything that follows from them, before anything is started. */
interface Plan {
  topology: Topology;
  places: PipelinePlaces;
  signingKey: SigningKey | null;
  connection: Connection;
  queues: PipelineQueues;
  inspect: ReadonlyMap<string, number>;
  functionsEndpoint: string;
  timeScale: number;
}

/** @throws {UserFault} if the stacks contain something that is not supported, or a zip is invalid */
export async function startLocalPipeline(
  server: Server,
  options: LocalPipelineOptions,
): Promise<LocalPipeline> {
  const plan = toPlan(server, options);
  const { topology, connection, queues } = plan;
  const rekognition = await openRekognition(options.rekognition ?? "simulated", topology.region);
  const clients = awsClients(connection);
  const [host] = await Promise.all([
    startHost(plan, { rekognition, server, options }),
    provision({ ...topology, queues: queues.all, subscriptions: queues.subscriptions }, clients),
  ]);
  await releaseInFlight(queues.all, clients, server.services);
  const switches = topology.mappings.map(mappingSwitch);
  await server.proxy.route({
    ...topology,
    switches,
    ...(options.onUpload && { onChange: options.onUpload }),
  });
  const sqs = localSqs(connection.endpoint);
  const delivery = deliver(plan, { host, sqs, options, switches, folder: server.folder });
  const unroute = server.edge.route(toEdgeRoutes(plan, { host, server, options }));
  return {
    ...plan,
    functions: host,
    inspected: [...plan.inspect.keys()],
    clients: { ...clients, sqs },
    edgeEndpoint: topology.distributions.length > 0 ? server.edge.endpoint : null,
    resultsQueue: queues.results,
    rekognition: topology.functions.some(asksRekognition) ? rekognition.description : null,
    workQueues: queues.work,
    kill: host.kill,
    async stop() {
      unroute();
      await delivery.stop();
      await host.close();
      await rekognition.close();
      clients.close();
      sqs.destroy();
    },
  };
}

/** Returns null for stacks without a distribution. */
function toEdgeRoutes(
  { topology, signingKey: key }: Plan,
  {
    host,
    server,
    options: { onError = () => {} },
  }: Pick<DeliveryParts, "host" | "options"> & { server: Server },
): EdgeRoutes | null {
  const [distribution] = topology.distributions;
  const { region } = topology;
  const { endpoint } = server.proxy;
  if (distribution === undefined) return null;
  const trusted = key === null ? distribution : trusting(distribution, key);
  return { distribution: trusted, region, endpoint, invoke: host.invoke, onError };
}

function toPlan(server: Server, options: LocalPipelineOptions): Plan {
  const { timeScale = 1, functionsEndpoint = server.proxy.endpoint, webhook } = options;
  const stacks = readStacks(options.stacksFolder, functionsEndpoint);
  // Nothing waits for the webhook, and its failures are not those of an upload.
  const pipelineItself = withoutWebhook(stacks);
  const topology = webhook === undefined ? pipelineItself : withWebhookTo(stacks, webhook);
  const places = toPlaces(pipelineItself);
  const { endpoint } = server.services;
  const connection = { endpoint, region: topology.region, credentials: LOCAL_CREDENTIALS };
  const inspect = toInspected(topology, options.inspect ?? new Map());
  const queues = pipelineQueues(topology, connection, {
    timeScale,
    work: pipelineItself,
    resultsTopicArn: places.resultsTopicArn,
    isInspected: (functionName) => inspect.has(functionName),
  });
  const key = topology.distributions.some(asksForSignatures) ? signingKey(server.folder) : null;
  return { topology, places, signingKey: key, connection, queues, inspect, functionsEndpoint, timeScale };
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

interface HostParts {
  rekognition: Rekognition;
  server: Server;
  options: LocalPipelineOptions;
}

function startHost(
  { topology, functionsEndpoint, inspect }: Plan,
  { rekognition, server, options: { onFunctionFailure, onDebugger, onLog } }: HostParts,
): Promise<LambdaHost> {
  return startLambdaHost({
    topology,
    endpoint: functionsEndpoint,
    rekognitionEndpoint: rekognition.endpoint,
    credentialsOf: (lambda) => rekognition.credentialsFor(lambda) ?? LOCAL_CREDENTIALS,
    folder: server.folder,
    maximumProcesses: processesPerFunction(),
    ...(onFunctionFailure && { onFailure: onFunctionFailure }),
    ...(onDebugger && { onDebugger }),
    ...(onLog && { onLog }),
    inspect,
  });
}

interface DeliveryParts {
  host: LambdaHost;
  sqs: Sqs;
  options: LocalPipelineOptions;
  switches: readonly MappingSwitch[];
  folder: string;
}

function deliver({ topology, queues, timeScale }: Plan, parts: DeliveryParts) {
  const { host, sqs, options, switches, folder } = parts;
  const { clock = systemClock, onError = () => {}, onExecution = () => {} } = options;
  return startDelivery({
    topology,
    switches,
    host,
    clientFor: () => sqs,
    asynchronous: { sqs, queues: queues.asynchronous },
    clock,
    timeScale,
    onError,
    keepsMessages: true,
    onExecution,
    logProgress: executionLog(join(folder, "logs"), clock.now),
  });
}
