import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { Clock } from "../clock.ts";
import type { LambdaHost } from "../host/lambda-host.ts";
import type { LambdaFunction, Mapping, Queue, Topology } from "../topology.ts";
import { UserFault } from "../user-fault.ts";
import { asyncRound } from "./async-poller.ts";
import { type Poller, startPoller } from "./poller.ts";
import { queueRound } from "./queue-poller.ts";

export interface DeliveryOptions {
  topology: Topology;
  host: LambdaHost;
  /** A client with the rights of the function that it is for: Lambda polls and sends in its role. */
  clientFor(lambda: LambdaFunction): SQSClient;
  /** Where asynchronous invocations wait: a queue for each function that is notified. */
  asynchronous: { sqs: SQSClient; queues: ReadonlyMap<string, Queue> };
  clock: Clock;
  timeScale: number;
  onError(error: unknown): void;
}

/** Starts everything that brings events to functions. */
export function startDelivery(options: DeliveryOptions): Poller {
  const { topology, host } = options;
  const functionOf = (name: string) =>
    known(
      topology.functions.find((lambda) => lambda.name === name),
      `function ${name}`,
    );
  const pollers = [
    ...topology.mappings.map((mapping) => pollQueue(mapping, functionOf(mapping.functionName), options)),
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

function pollQueue(mapping: Mapping, lambda: LambdaFunction, options: DeliveryOptions): Poller {
  const { topology, host, clock, clientFor } = options;
  const { url: queueUrl } = queueWith(mapping.queueArn, topology);
  const round = queueRound(mapping, { sqs: clientFor(lambda), queueUrl, clock, invoke: host.invoke });
  const concurrency = Math.min(
    host.concurrencyOf(lambda.name),
    mapping.maximumConcurrency ?? Number.POSITIVE_INFINITY,
  );
  return startPoller(round, { ...options, concurrency });
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
  if (thing === undefined) throw new UserFault(`the stacks name the ${what}, which is in none of them`);
  return thing;
}
