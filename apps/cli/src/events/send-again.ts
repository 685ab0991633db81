import { PublishCommand, paginateListSubscriptionsByTopic } from "@aws-sdk/client-sns";
import { type ResultEvent, toMessageBody, toResultAttributes } from "@image-pipeline/schema/events";
import type { Connection } from "../connection/connect.ts";
import { eventsQueuePrefix } from "./events.ts";

/** A result event that was, or would be, published again. */
export interface SentAgain {
  topic: string;
  /** Names of the queues and addresses behind the topic; the filter of each decides if it gets the event. */
  subscribers: string[];
}

/**
 * Publishes a result event to its topic again, as the pipeline published it. It keeps its id, by which a subscriber knows that it
 * has it already.
 *
 * @param isDryRun true to publish nothing, and only name the topic and its subscribers
 */
export async function sendAgain(
  connection: Connection,
  event: ResultEvent,
  isDryRun: boolean,
): Promise<SentAgain> {
  const { names, accountId, sns } = connection;
  const TopicArn = names.topicArn(names.imageResultsTopic, accountId);
  const subscribers = await subscribersOf(connection, TopicArn);
  if (!isDryRun)
    await sns.send(
      new PublishCommand({
        TopicArn,
        Message: toMessageBody(event),
        MessageAttributes: toResultAttributes(event),
      }),
    );
  return { topic: TopicArn, subscribers };
}

/** Returns the names of a topic's subscribers, without the queues of those who only follow. */
async function subscribersOf(connection: Connection, TopicArn: string): Promise<string[]> {
  const followers = eventsQueuePrefix(connection);
  const found: string[] = [];
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
    { client: connection.sns },
    { TopicArn },
  ))
    for (const { Endpoint = "", Protocol } of Subscriptions)
      found.push(Protocol === "sqs" ? (Endpoint.split(":").at(-1) ?? Endpoint) : `${Protocol} ${Endpoint}`);
  return found.filter((name) => !name.startsWith(followers)).sort();
}
