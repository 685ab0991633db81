import { mkdirSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { EmptyBTree } from "sorted-btree";
import { guardedServer } from "../net/guarded-server.ts";
import { openDatabase } from "../net/sqlite.ts";
import { fairOrder } from "./fair-order.ts";

export interface QueueCounts {
  visible: number;
  inFlight: number;
  delayed: number;
}

export interface StoredMessage {
  id: string;
  body: string;
}

/** S3, SNS and SQS in this process, with the AWS wire protocol on a loopback port. */
export interface LocalServices {
  endpoint: string;
  /** Answers a request as that port does. */
  listener: RequestListener;
  /** Sends a message to a queue; it is on disk when this returns. */
  send(queueName: string, body: string): void;
  /** Counts the messages of a queue. */
  count(queueName: string): QueueCounts;
  /** Returns a queue's messages without receiving them. */
  peek(queueName: string): StoredMessage[];
  /** Returns the receipt handles of the messages that were received and not deleted. */
  receiptsInFlight(queueName: string): string[];
  close(): Promise<void>;
}

/**
 * @param dataFolder folder for the state: acknowledged writes survive a kill -9
 * @param region of the queues that `send` reaches
 */
export async function startLocalServices(dataFolder: string): Promise<LocalServices> {
  await makeDatabase(dataFolder);
  const { objectMap, queueOrder, startFauxqs } = await import("fauxqs");
  queueOrder.create = () => fairOrder();
  objectMap.create = () => EmptyBTree.clone();
  let answer: RequestListener = (_request, response) => void response.writeHead(503).end();
  const server = await startFauxqs({
    port: 0,
    logger: false,
    dataDir: dataFolder,
    serverFactory(listener) {
      answer = listener;
      return guardedServer(listener, { requestTimeout: 0, keepAliveTimeout: 72_000 });
    },
  });
  const messagesOf = (name: string) =>
    server.inspectQueue(name)?.messages ?? { ready: [], delayed: [], inflight: [] };
  return {
    endpoint: `http://127.0.0.1:${server.port}`,
    listener: answer,
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

/**
 * Makes the services' database, if there is none yet, with larger pages than SQLite's 4 KiB: a photograph of some MiB is stored and
 * read in less than half the time.
 */
async function makeDatabase(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const database = await openDatabase(join(folder, "fauxqs.db"));
  database.exec("PRAGMA page_size = 16384; PRAGMA journal_mode = WAL");
  database.close();
}
