import { z } from "zod";
import type { FunctionFailure } from "../lambda-host/lambda-host.ts";
import type { Topology } from "../topology/topology.ts";
import { toDeadUploads } from "../tracking/dead-letter.ts";
import { toDuration } from "./report.ts";

const Records = z.object({
  Records: z
    .array(
      z.object({
        body: z.string(),
        eventSourceARN: z.string(),
        attributes: z.object({ ApproximateReceiveCount: z.coerce.number() }),
      }),
    )
    .min(1),
});

/** One line about an invocation that failed: the images it was about, the error, and when it is repeated. */
export function toFailureLine(
  { functionName, error, logFile, payload }: FunctionFailure,
  { queues }: Pick<Topology, "queues">,
): string {
  const parsed = Records.safeParse(payload).data?.Records ?? [];
  const bodies = parsed.length > 0 ? parsed.map(({ body }) => body) : [JSON.stringify(payload)];
  const keys = new Set(bodies.flatMap((body) => toDeadUploads(body, "")).map(({ key }) => key));
  const images = keys.size > 0 ? `${[...keys].join(", ")}: ` : "";
  const again = parsed[0] ? `; ${toNextAttempt(parsed[0], queues)}` : "";
  return `${images}${functionName} failed: ${error.split("\n")[0]}${again} (log: ${logFile})`;
}

type QueueRecord = z.infer<typeof Records>["Records"][number];

function toNextAttempt({ eventSourceARN, attributes }: QueueRecord, queues: Topology["queues"]): string {
  const queue = queues.find(({ arn }) => arn === eventSourceARN);
  const attempt = attributes.ApproximateReceiveCount;
  const attempts = queue?.redrive?.maxReceiveCount;
  if (!queue || (attempts !== undefined && attempt >= attempts))
    return `attempt ${attempt}, the last: its message goes to the dead-letter queue`;
  const of = attempts === undefined ? "" : ` of ${attempts}`;
  return `attempt ${attempt}${of}, its message is visible again in ${toDuration(queue.visibilityTimeoutSeconds)}`;
}
