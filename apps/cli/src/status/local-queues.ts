import * as z from "zod";

const Queues = z.array(
  z.object({
    name: z.string(),
    counts: z.object({ sent: z.number(), received: z.number(), deleted: z.number() }),
    oldestSentTimestamp: z.number().nullable(),
  }),
);
export type LocalQueue = z.infer<typeof Queues>[number];

/** Reads the counts of all queues of the local services, without their messages (fauxqs, "Queue inspection"; its patch adds the counts). */
export async function localQueues(endpoint: string): Promise<ReadonlyMap<string, LocalQueue>> {
  const response = await fetch(`${endpoint}/_fauxqs/queues`);
  const queues = response.ok ? (Queues.safeParse(await response.json()).data ?? []) : [];
  return new Map(queues.map((queue) => [queue.name, queue]));
}
