import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { UserFault } from "@image-pipeline/schema/user-fault";
import type { Clock } from "../clock.ts";
import type { LambdaHost } from "../lambda-host/lambda-host.ts";
import type { Sqs } from "../queues/local-sqs.ts";
import { type Poller, startPoller } from "../queues/poller.ts";
import { type MappingSwitch, mappingSwitch } from "../topology/mapping-switches.ts";
import type { LambdaFunction, Pipe, Queue, Topology } from "../topology/topology.ts";
import { type Execution, execute } from "../workflow/execution.ts";
import type { LogProgress } from "../workflow/execution-log.ts";
import { pipeRound } from "../workflow/pipe-poller.ts";
import { asyncRound } from "./async-poller.ts";
import { queueRound } from "./queue-poller.ts";

export interface DeliveryOptions {
  topology: Topology;
  /** The switches of the event source mappings (default: all are on). */
  switches?: readonly MappingSwitch[];
  host: LambdaHost;
  /** Returns a client with the permissions of a function, a pipe or a state machine: its polls and sends use its role. */
  clientFor(owner: RoleOwner): Sqs;
  /** The queues of asynchronous invocations, by function. */
  asynchronous: { sqs: Sqs; queues: ReadonlyMap<string, Queue> };
  clock: Clock;
  timeScale: number;
  onError(error: unknown): void;
  /** True if a pipe keeps a message until its execution has ended, so that a later run can repeat it. */
  keepsMessages: boolean;
  /** Called for every execution of a state machine, with the message that started it. */
  onExecution(body: string, execution: Execution): void;
  /** Writes the history of executions (default: it is not kept). */
  logProgress?: LogProgress;
}

/** A resource with a role. */
export type RoleOwner = Pick<LambdaFunction, "name" | "roleArn">;

/** Starts the pollers that deliver events to functions and state machines. */
export function startDelivery(options: DeliveryOptions): Poller {
  const { topology, host } = options;
  const functionOf = (name: string) =>
    known(
      topology.functions.find((lambda) => lambda.name === name),
      `function ${name}`,
    );
  const pollers = [
    ...(options.switches ?? topology.mappings.map(mappingSwitch)).map((one) =>
      pollQueue(one, functionOf(one.mapping.functionName), options),
    ),
    ...topology.pipes.map((pipe) => pollPipe(pipe, options)),
    ...[...options.asynchronous.queues].map(([name, queue]) => pollAsync(functionOf(name), queue, options)),
  ];
  return {
    async stop() {
      const stopped = pollers.map((poller) => poller.stop());
      host.kill();
      await Promise.all(stopped);
    },
  };
}

function pollQueue(
  { mapping, whileOn }: MappingSwitch,
  lambda: LambdaFunction,
  options: DeliveryOptions,
): Poller {
  const { topology, host, clock, clientFor } = options;
  const { url: queueUrl } = queueWith(mapping.queueArn, topology);
  const round = queueRound(mapping, { sqs: clientFor(lambda), queueUrl, clock, invoke: host.invoke });
  const concurrency = Math.min(
    host.concurrencyOf(lambda.name),
    mapping.maximumConcurrency ?? Number.POSITIVE_INFINITY,
  );
  return startPoller(whileOn(round), { ...options, concurrency });
}

/** Allows as many concurrent executions as one function can have processes, so no execution waits long for one. */
function pollPipe(pipe: Pipe, options: DeliveryOptions): Poller {
  const { topology, host, clock, timeScale, clientFor, keepsMessages, onExecution, logProgress } = options;
  const machine = known(
    topology.stateMachines.find(({ arn }) => arn === pipe.stateMachineArn),
    `state machine ${pipe.stateMachineArn}`,
  );
  const ports = { sqs: clientFor(machine), invoke: host.invoke, timeScale, now: clock.now };
  const round = pipeRound(pipe, {
    sqs: clientFor(pipe),
    queueUrl: queueWith(pipe.queueArn, topology).url,
    clock,
    keepsMessages,
    onExecution,
    execute: (input, signal) =>
      execute(
        machine,
        input,
        { ...ports, onProgress: (progress) => logProgress?.(machine, input, progress) },
        signal,
      ),
  });
  return startPoller(round, { ...options, concurrency: host.maximumProcesses });
}

function pollAsync(lambda: LambdaFunction, { url: queueUrl }: Queue, options: DeliveryOptions): Poller {
  const { topology, host, clock, timeScale, clientFor } = options;
  const round = asyncRound(lambda, {
    sqs: options.asynchronous.sqs,
    queueUrl,
    clock,
    timeScale,
    invoke: host.invoke,
    async sendTo(queueArn, MessageBody) {
      const { url: QueueUrl } = queueWith(queueArn, topology);
      await clientFor(lambda).send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
  });
  return startPoller(round, { ...options, concurrency: host.concurrencyOf(lambda.name) });
}

function queueWith(arn: string, { queues }: Topology): Queue {
  return known(
    queues.find((queue) => queue.arn === arn),
    `queue ${arn}`,
  );
}

function known<Thing>(thing: Thing | undefined, what: string): Thing {
  if (thing === undefined)
    throw new UserFault(`the stacks reference the ${what}, but none of them defines it`);
  return thing;
}
