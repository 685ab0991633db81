import type { ImageAnalyzed, ResultEvent } from "@image-pipeline/schema/events";
import type { Clock } from "../clock.ts";
import type { Sqs } from "../queues/local-sqs.ts";
import { startPoller } from "../queues/poller.ts";
import type { AwsClients } from "../services/clients.ts";
import type { LocalServices } from "../services/local-services.ts";
import type { Queue } from "../topology/topology.ts";
import { type DeadUpload, readFailure } from "./dead-letter.ts";
import type { PipelinePlaces } from "./pipeline-places.ts";
import { resultsRound } from "./results-queue.ts";
import { stuckMessageCheck } from "./stuck-message-check.ts";
import { traceUpload } from "./trace.ts";
import type { TrackedUploads, Upload } from "./tracked-uploads.ts";

const CHECK_MILLISECONDS = 100;

/** Follows every upload to its end. */
export interface UploadTracker {
  /** Resolves when every upload has ended and no queue contains a message. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface UploadTrackerOptions {
  services: LocalServices;
  uploads: TrackedUploads;
  clock: Clock;
  onError(error: unknown): void;
  /** Called for a message in a dead-letter queue although its image was processed: another subscriber failed. */
  onStrayLetter?(letter: DeadUpload): void;
  /** Called for every analysis. It is independent of the image's ending. */
  onAnalyzed?(event: ImageAnalyzed): void;
}

/** The parts of a running pipeline that the tracker uses. */
export interface TrackedPipeline {
  places: PipelinePlaces;
  clients: Pick<AwsClients, "s3"> & { sqs: Sqs };
  resultsQueue: Queue;
  /** Every queue that work moves through, in that order. */
  workQueues: readonly string[];
}

/** Tracks uploads by the results, the dead-letter queues and, without a message in either, the manifests. */
export function trackUploads(
  pipeline: TrackedPipeline,
  { services, uploads, clock, onError, onStrayLetter, onAnalyzed }: UploadTrackerOptions,
): UploadTracker {
  const { places, clients, resultsQueue, workQueues } = pipeline;
  const { sqs, s3 } = clients;
  const check = stuckMessageCheck({
    services,
    uploads,
    workQueues,
    deadLetterQueues: places.deadLetterQueues,
    reasonOf: (messageId) => readFailure(messageId, { s3, bucket: places.processedBucket }),
  });
  const waiting: (() => void)[] = [];

  function take(event: ResultEvent): void {
    if (event.type === "image.analyzed") onAnalyzed?.(event);
    else uploads.result(event);
  }

  /** Ends an upload that no message is about any more, by its manifest or without one. */
  async function close(upload: Upload): Promise<void> {
    const result = await traceUpload(upload, { places, s3 });
    if (result) uploads.result(result);
    else uploads.ended(upload);
  }

  async function checkRound(signal: AbortSignal): Promise<void> {
    await check.collectLetters();
    for (const upload of uploads.inDeadLetterQueue()) if (!check.isOnItsWay(upload)) await close(upload);
    if (check.isIdle()) {
      for (const upload of uploads.pending()) await close(upload);
      for (const letter of uploads.strayLetters()) onStrayLetter?.(letter);
      for (const resolve of waiting.splice(0)) resolve();
    }
    await clock.sleep(CHECK_MILLISECONDS, signal);
  }

  const settings = { concurrency: 1, clock, onError };
  const results = startPoller(resultsRound({ sqs, queueUrl: resultsQueue.url, clock }, take), settings);
  const checks = startPoller(checkRound, settings);
  return {
    settled() {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      return promise;
    },
    async stop() {
      await Promise.all([results.stop(), checks.stop()]);
    },
  };
}
