import { randomUUID } from "node:crypto";
import type { Clock } from "@image-pipeline/local/clock";
import type { ResultEvent } from "@image-pipeline/schema/events";
import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";
import type { Connection } from "../connection/connect.ts";
import { withConnection } from "../connection/open-pipeline.ts";
import type { TargetOptions } from "../connection/target.ts";
import type { Context } from "../program/context.ts";
import { didYouMean } from "../program/did-you-mean.ts";
import { DONE } from "../program/exit-codes.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { toAmount, toSize } from "../terminal/units.ts";
import { removeAbandonedQueues } from "./abandoned-queues.ts";
import { type Followed, followResults } from "./follow-results.ts";
import { openTemporaryQueue, type TemporaryQueue } from "./temporary-queue.ts";
import { TYPES } from "./types.ts";

export interface EventsOptions extends TargetOptions {
  /** The types of event to show; all when undefined. */
  type?: readonly string[] | undefined;
  json?: boolean | undefined;
}

/** Follows result events until the signal aborts. @throws {UserFault} for a type that does not exist */
export async function events(options: EventsOptions, context: Context): Promise<number> {
  const { type: types = [] } = options;
  const unknown = types.find((type) => !TYPES.includes(type));
  if (unknown !== undefined)
    throw new UserFault(`there is no event type "${unknown}": ${didYouMean(unknown, TYPES)}`, USAGE);
  return withConnection(options, context, async (connection) => {
    await follow(connection, { types, isJson: options.json ?? false }, context);
    return DONE;
  });
}

async function follow(
  connection: Connection,
  { types, isJson }: { types: readonly string[]; isJson: boolean },
  { terminal, signal, clock }: Context,
): Promise<void> {
  const queue = await openEventsQueue(connection, { types, clock });
  try {
    terminal.note(`following the results of ${connection.description}; press Ctrl-C to end`);
    const { sqs } = connection;
    for await (const followed of followResults({ sqs, queueUrl: queue.url, signal, onPoll: queue.keepAlive }))
      tell(followed, isJson, terminal);
  } finally {
    await queue.close();
  }
}

/** Returns the beginning of the names of the queues by which events are followed. */
export function eventsQueuePrefix({ pipeline }: Pick<Connection, "pipeline">): string {
  return `${pipeline.name}-${pipeline.environment}-events-`;
}

export interface EventsQueueOptions {
  /** The types of event that reach it (default: all). */
  types?: readonly string[];
  /** True for the events of uploads and deletions too, which are on a topic of their own. */
  withImageEvents?: boolean;
  clock: Pick<Clock, "now">;
}

/** Opens a queue that gets the pipeline's result events until it is closed, and removes those that runs before have left. */
export async function openEventsQueue(
  connection: Connection,
  { types = [], withImageEvents = false, clock }: EventsQueueOptions,
): Promise<TemporaryQueue> {
  const { names, accountId, sns, sqs } = connection;
  const results = names.topicArn(names.imageResultsTopic, accountId);
  const images = names.topicArn(names.imageEventsTopic, accountId);
  const prefix = eventsQueuePrefix(connection);
  await removeAbandonedQueues({ sns, sqs, topicArns: [results, images], prefix, now: clock.now() });
  const queueName = `${prefix}${randomUUID().slice(0, 8)}`;
  const topicArns = withImageEvents ? [results, images] : [results];
  return openTemporaryQueue({ sns, sqs, clock, topicArns, queueName, types });
}

function tell(followed: Followed, isJson: boolean, terminal: Terminal): void {
  if ("unknown" in followed) terminal.note(`unrecognised message: ${followed.unknown.slice(0, 200)}`);
  else if (isJson) terminal.json(followed.event);
  else terminal.out(toEventLine(followed.event));
}

/** One line for a person: time, type, key and details. */
function toEventLine(event: ResultEvent): string {
  return [event.time.slice(0, 19).replace("T", " "), event.type.padEnd(15), event.subject, toDetail(event)]
    .filter((part) => part !== "")
    .join("  ");
}

function toDetail(event: ResultEvent): string {
  switch (event.type) {
    case "image.processed": {
      const bytes = event.data.renditions.reduce((sum, rendition) => sum + rendition.bytes, 0);
      return `${toAmount(event.data.renditions.length, "rendition")}, ${toSize(bytes)}`;
    }
    case "image.rejected":
      return `${event.data.reason}: ${event.data.reasonText}`;
    case "image.removed":
      return "";
    case "image.analyzed": {
      const { verdict, labels, reason, reasonText } = event.data;
      return verdict ? [verdict, ...labels].join(" ") : `${reason}: ${reasonText}`;
    }
  }
}
