import { DeleteMessageCommand, type Message, SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Clock } from "../clock.ts";
import type { Outcome } from "../lambda-host/outcome.ts";
import type { Sqs } from "../queues/local-sqs.ts";
import { receiveBatch } from "../queues/receive.ts";
import type { LambdaFunction } from "../topology/topology.ts";
import { AsyncInvocation, type AsyncStep, stepAfter, toInvocationRecord } from "./async-invocation.ts";

export interface AsyncPollerPorts {
  /** Of the queue with the waiting events. */
  sqs: Sqs;
  queueUrl: string;
  clock: Clock;
  /** Factor for the waits between attempts; 1 for those of AWS. */
  timeScale: number;
  invoke(functionName: string, payload: unknown): Promise<Outcome>;
  /** Sends to a destination that the stack names. */
  sendTo(queueArn: string, body: string): Promise<void>;
}

/**
 * Returns one round for a function's asynchronous invocations. The result of an event is written before the event is
 * deleted, so a crash may repeat an event but never loses one.
 */
export function asyncRound(
  lambda: LambdaFunction,
  ports: AsyncPollerPorts,
): (signal: AbortSignal) => Promise<void> {
  const { sqs, queueUrl, clock } = ports;
  return async (signal) => {
    const [message] = await receiveBatch({
      sqs,
      queueUrl,
      batchSize: 1,
      windowMilliseconds: 0,
      clock,
      signal,
    });
    if (!message) return;
    await attempt(message, signal);
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }));
  };

  async function attempt({ Body = "" }: Message, signal: AbortSignal): Promise<void> {
    const invocation = AsyncInvocation.parse(JSON.parse(Body));
    const outcome = await ports.invoke(lambda.name, invocation.event);
    // The runtime is stopping: this does not count as an attempt, and the next run repeats it.
    if (!outcome.ok) signal.throwIfAborted();
    await take(
      stepAfter(invocation, outcome, { now: clock.now(), settings: lambda.asynchronous }),
      invocation,
    );
  }

  async function take(step: AsyncStep, invocation: AsyncInvocation): Promise<void> {
    const { onFailureArn, deadLetterArn } = lambda.asynchronous;
    if (step.step === "retry") {
      const DelaySeconds = Math.ceil(step.delaySeconds * ports.timeScale);
      const MessageBody = JSON.stringify({ ...invocation, failures: invocation.failures + 1 });
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody, DelaySeconds }));
    }
    if (step.step !== "give-up") return;
    const record = toInvocationRecord(invocation, step, { lambda, now: clock.now() });
    if (onFailureArn) await ports.sendTo(onFailureArn, JSON.stringify(record));
    if (deadLetterArn) await ports.sendTo(deadLetterArn, JSON.stringify(invocation.event));
  }
}
