import { MAX_AHEAD_MILLISECONDS, PipelineError } from "@image-pipeline/schema/processing";
import type { InvocationClock } from "./time.ts";

/** The uploads of this pipeline: every consumer refuses events of other objects. */
export interface OwnUploads {
  bucket: string;
  /** The beginning of their keys; empty for every key. */
  prefix: string;
}

interface ObjectName {
  bucket: string;
  key: string;
}

/** The fields by which an image event or a result event names its object. */
export interface NamingEvent {
  source: string;
  subject: string;
  /** ISO 8601, UTC. */
  time: string;
  data: ObjectName | { source: ObjectName };
}

/**
 * Refuses an event that ingest cannot have sent: of another bucket or prefix, of two objects at once, or of the future.
 *
 * @throws {PipelineError} `MESSAGE_REFUSED`
 */
export function requireOwn(
  event: NamingEvent,
  { uploads, clock }: { uploads: OwnUploads; clock: Pick<InvocationClock, "now"> },
): void {
  const { bucket, key } = "source" in event.data ? event.data.source : event.data;
  const fault = [
    bucket !== uploads.bucket && `it is about the bucket ${bucket}, not ${uploads.bucket}`,
    !key.startsWith(uploads.prefix) && `its key is not below the prefix ${uploads.prefix}`,
    event.subject !== key && "its subject and its data name two keys",
    event.source !== `s3://${bucket}` && "its source and its data name two buckets",
    Date.parse(event.time) > clock.now().getTime() + MAX_AHEAD_MILLISECONDS && "its time is in the future",
  ].find((one) => one !== false);
  if (fault) throw new PipelineError("MESSAGE_REFUSED", `the pipeline did not send this message: ${fault}`);
}
