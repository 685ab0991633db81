import { quietSqliteWarning } from "../net/sqlite.ts";

export interface QueueCounts {
  visible: number;
  inFlight: number;
  delayed: number;
}

export interface StoredMessage {
  id: string;
  body: string;
}

/** S3, SNS and SQS in this process, as the AWS wire protocol on a loopback port of their own. */
export interface LocalServices {
  endpoint: string;
  /** Puts a message into a queue; it is on disk when this returns. */
  send(queueName: string, body: string): void;
  /** How many messages a queue holds, at one moment. */
  count(queueName: string): QueueCounts;
  /** A queue's messages, without receiving them. */
  peek(queueName: string): StoredMessage[];
  /** The receipt handles of the messages that somebody has received and not deleted. */
  receiptsInFlight(queueName: string): string[];
  close(): Promise<void>;
}

/**
 * @param dataFolder where everything is kept: what was acknowledged survives a kill -9
 * @param region of the queues that `send` reaches
 */
export async function startLocalServices(dataFolder: string): Promise<LocalServices> {
  quietSqliteWarning();
  const { startFauxqs } = await import("fauxqs");
  const server = await startFauxqs({ port: 0, logger: false, dataDir: dataFolder });
  const messagesOf = (name: string) =>
    server.inspectQueue(name)?.messages ?? { ready: [], delayed: [], inflight: [] };
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    send(queueName, body) {
      const region = server.inspectQueue(queueName)?.arn.split(":")[3];
      server.sendMessage(queueName, body, region === undefined ? {} : { region });
    },
    count(queueName) {
      const { ready, delayed, inflight } = messagesOf(queueName);
      return { visible: ready.length, inFlight: inflight.length, delayed: delayed.length };
    },
    peek(queueName) {
      const { ready, delayed, inflight } = messagesOf(queueName);
      return [...ready, ...delayed, ...inflight.map(({ message }) => message)].map(({ messageId, body }) => ({
        id: messageId,
        body,
      }));
    },
    receiptsInFlight: (queueName) => messagesOf(queueName).inflight.map(({ receiptHandle }) => receiptHandle),
    close: () => server.stop(),
  };
}
