import type { Tools } from "@image-pipeline/lambda-kit";
import * as z from "zod";

/** The event source mappings, by which Lambda takes messages from the queues. */
export interface Mappings {
  /** Turns a mapping off; one that is off stays off. @returns its state, such as `Disabling` */
  disable(id: string): Promise<string>;
}

export interface StopPorts {
  mappings: Mappings;
  logger: Pick<Tools["logger"], "warn" | "error">;
  /** The event of the alarm, for the log. */
  alarm: unknown;
}

/** The part of an alarm's event that names it (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html). */
const AlarmEvent = z.object({ alarmData: z.object({ alarmName: z.string() }) });

/**
 * Turns every mapping off, so that messages wait in their queues. All are tried, even if one of them fails.
 *
 * @throws {Error} naming the mappings that are still on: Lambda invokes the function again
 */
export async function stopMappings(
  ids: readonly string[],
  { mappings, logger, alarm }: StopPorts,
): Promise<void> {
  const failed: string[] = [];
  const alarmName = AlarmEvent.safeParse(alarm).data?.alarmData.alarmName;
  for (const id of ids) {
    try {
      const state = await mappings.disable(id);
      logger.warn("the budget is used up: stopped taking messages from a queue", { id, state, alarmName });
    } catch (error) {
      logger.error("could not stop taking messages from a queue; Lambda invokes the function again", {
        error,
        id,
      });
      failed.push(id);
    }
  }
  if (failed.length > 0) throw new Error(`event source mappings that are still on: ${failed.join(", ")}`);
}
