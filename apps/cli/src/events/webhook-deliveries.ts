import type { WebhookDelivery } from "@image-pipeline/console/api/events";
import { SUBSCRIBERS } from "@image-pipeline/schema/names";
import { UserFault } from "@image-pipeline/schema/user-fault";
import * as z from "zod";
import type { Connection } from "../connection/connect.ts";
import { searchLogs } from "../explain/logs-insights.ts";
import { localLogs } from "../logs/local-logs.ts";
import type { LogLine } from "../logs/log-line.ts";
import type { Context } from "../program/context.ts";

/** The newest deliveries that are shown. */
const MAX_DELIVERIES = 500;

const text = z.string().nullable().catch(null);
/** The fields that the webhook's function logs for each attempt. */
const Fields = z.object({
  id: z.string(),
  type: z.string(),
  key: z.string(),
  attempt: z.int(),
  attempts: z.int().nullable().catch(null),
  endpoint: text,
  decision: text,
  status: z.int().nullable().catch(null),
  why: text,
  answer: text,
  milliseconds: z.number().nullable().catch(null),
  retryInSeconds: z.number().nullable().catch(null),
  isFinal: z.boolean().catch(false),
});

export interface Deliveries {
  /** Newest first. */
  deliveries: WebhookDelivery[];
  /** The price of the search of the logs; null on this machine. */
  usd: number | null;
}

/** Reads the attempts to deliver events since a time, from the logs of the webhooks' functions. */
export async function webhookDeliveries(
  connection: Connection,
  sinceSeconds: number,
  context: Pick<Context, "clock" | "signal" | "runtimes">,
): Promise<Deliveries> {
  const from = context.clock.now() - sinceSeconds * 1000;
  const found = await (connection.client.endpoint === undefined
    ? linesOnAws(connection, from, context)
    : linesHere(connection, context));
  const deliveries = found.lines.flatMap(toDelivery);
  const recent = deliveries.filter(({ time }) => time === null || Date.parse(time) >= from);
  recent.sort((a, b) => (b.time ?? "").localeCompare(a.time ?? ""));
  return { deliveries: recent.slice(0, MAX_DELIVERIES), usd: found.usd };
}

interface Lines {
  lines: LogLine[];
  usd: number | null;
}

const START = `${SUBSCRIBERS.webhook}-`;

async function linesHere(
  { client, names, description }: Connection,
  { runtimes }: Pick<Context, "runtimes">,
): Promise<Lines> {
  const runtime = (await runtimes()).find(({ endpoint }) => endpoint === client.endpoint);
  if (!runtime)
    throw new UserFault(
      `${description} was not started on this machine by this user: its log folder is not known`,
    );
  return { lines: await localLogs(runtime.logsDir, names.function("")).next(), usd: null };
}

function linesOnAws(
  { client: settings, names }: Connection,
  from: number,
  { clock, signal }: Pick<Context, "clock" | "signal">,
): Promise<Lines> {
  const filter = 'decision = "WEBHOOK_DELIVERED" or code = "WEBHOOK_FAILED"';
  return searchLogs({
    settings,
    prefix: names.function(""),
    groups: names.function(START),
    filter,
    from,
    clock,
    signal,
  });
}

function toDelivery({ time, function: name, fields }: LogLine): WebhookDelivery[] {
  const { data } = Fields.safeParse(fields);
  if (!data || !name.startsWith(START)) return [];
  const { decision, attempts, isFinal, retryInSeconds, ...delivery } = data;
  const isDelivered = decision !== null;
  const webhook = name.slice(START.length);
  return [{ time, webhook, ...delivery, isDelivered, retryInSeconds: isFinal ? null : retryInSeconds }];
}
