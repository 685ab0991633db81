import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";

/** How long a message that was read stays out of sight, should this process be killed before it is released. */
const HOLD_SECONDS = 300;
const BATCH_SIZE = 10;

/** A message with all that SQS says of it. */
export interface HeldMessage extends Message {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
}

/** A queue whose messages are read without being consumed: SQS has no other way to look than to receive. */
export interface HeldQueue {
  /** Every message once, ten at a time, each held until `release`. Ends early when the signal aborts. */
  batches(signal: AbortSignal): AsyncGenerator<HeldMessage[]>;
  remove(message: HeldMessage): Promise<void>;
  /** Makes whatever was read and not removed visible again, at once. */
  release(): Promise<void>;
}

export function heldQueue(sqs: SQSClient, url: string): HeldQueue {
  const held = new Map<string, HeldMessage>();
  const seen = new Set<string>();

  async function receive(): Promise<HeldMessage[]> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: BATCH_SIZE,
        VisibilityTimeout: HOLD_SECONDS,
        // A long poll asks all of SQS's servers, so that an empty answer means an empty queue.
        WaitTimeSeconds: 1,
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      }),
    );
    return Messages.filter(isWhole);
  }

  return {
    async *batches(signal) {
      while (!signal.aborted) {
        const messages = await receive();
        for (const message of messages) held.set(message.MessageId, message);
        const fresh = messages.filter(({ MessageId }) => !seen.has(MessageId));
        // None, or messages that were held too long and come round again: that was all.
        if (fresh.length === 0) return;
        for (const { MessageId } of fresh) seen.add(MessageId);
        yield fresh;
      }
    },
    async remove({ MessageId, ReceiptHandle }) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
      held.delete(MessageId);
    },
    async release() {
      const messages = [...held.values()];
      held.clear();
      for (let start = 0; start < messages.length; start += BATCH_SIZE) {
        const Entries = messages
          .slice(start, start + BATCH_SIZE)
          .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle, VisibilityTimeout: 0 }));
        await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }));
      }
    },
  };
}

function isWhole(message: Message): message is HeldMessage {
  return message.MessageId !== undefined && message.ReceiptHandle !== undefined && message.Body !== undefined;
}
