import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";

/** The time that a message stays invisible if this process is killed before it releases it. */
const HOLD_SECONDS = 300;
const BATCH_SIZE = 10;

/** A message with the fields that SQS always returns. */
export interface HeldMessage extends Message {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
}

/** A queue whose messages are read but not consumed. SQS has no other way to read them than to receive them. */
export interface HeldQueue {
  /** Reads every message once, ten at a time, and holds each until `release`. Ends early when the signal aborts. */
  batches(signal: AbortSignal): AsyncGenerator<HeldMessage[]>;
  remove(message: HeldMessage): Promise<void>;
  /** Makes every message that was read and not removed visible again. */
  release(): Promise<void>;
}

export function heldQueue(
  sqs: SQSClient,
  { url, waitSeconds }: { url: string; waitSeconds: number },
): HeldQueue {
  const held = new Map<string, HeldMessage>();
  const seen = new Set<string>();

  async function receive(): Promise<HeldMessage[]> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: BATCH_SIZE,
        VisibilityTimeout: HOLD_SECONDS,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ["All"],
        MessageAttributeNames: ["All"],
      }),
    );
    return Messages.filter(isHeldMessage);
  }

  return {
    async *batches(signal) {
      while (!signal.aborted) {
        const messages = await receive();
        for (const message of messages) held.set(message.MessageId, message);
        const fresh = messages.filter(({ MessageId }) => !seen.has(MessageId));
        // No messages, or only ones that were held too long and came back: that was all.
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

function isHeldMessage(message: Message): message is HeldMessage {
  return message.MessageId !== undefined && message.ReceiptHandle !== undefined && message.Body !== undefined;
}
