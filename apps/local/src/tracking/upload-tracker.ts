import type { ImageAnalyzed, ResultEvent } from "@image-pipeline/schema";
import type { Clock } from "../clock.ts";
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

const AUDIT_MILLISECONDS = 100;

/** Follows every upload to its end. */
export interface UploadTracker {
  /** Resolves when every upload has ended and nothing is on its way any more. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

export interface UploadTrackerOptions {
  services: LocalServices;
  uploads: TrackedUploads;
  clock: Clock;
  onError(error: unknown): void;
  /** Hears of a message that ended in a dead-letter queue while its image was done: a subscriber beside it failed. */
  onStrayLetter?(letter: DeadUpload): void;
  /** Hears of every analysis: it goes on beside the image's own way, and is no part of how that ends. */
  onAnalyzed?(event: ImageAnalyzed): void;
}

/** The running pipeline, as far as its uploads are followed. */
export interface TrackedPipeline {
  places: PipelinePlaces;
  clients: Pick<AwsClients, "s3" | "sqs">;
  resultsQueue: Queue;
  /** Every queue that work moves through, in that order. */
  workQueues: readonly string[];
}

/** Fills a uploads from the results, the dead-letter queues and, where these are silent, the manifests. */
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

  function tell(event: ResultEvent): void {
    if (event.type === "image.analyzed") onAnalyzed?.(event);
    else uploads.result(event);
  }

  /** Ends an upload that no message is about any more, by its manifest or without one. */
  async function close(upload: Upload): Promise<void> {
    const result = await traceUpload(upload, { places, s3 });
    if (result) uploads.result(result);
    else uploads.ended(upload);
  }

  async function auditRound(signal: AbortSignal): Promise<void> {
    await check.collectLetters();
    for (const upload of uploads.inDeadLetterQueue()) if (!check.isOnItsWay(upload)) await close(upload);
    if (check.isIdle()) {
      for (const upload of uploads.pending()) await close(upload);
      for (const letter of uploads.strayLetters()) onStrayLetter?.(letter);
      for (const resolve of waiting.splice(0)) resolve();
    }
    await clock.sleep(AUDIT_MILLISECONDS, signal);
  }

  const settings = { concurrency: 1, clock, onError };
  const results = startPoller(resultsRound({ sqs, queueUrl: resultsQueue.url, clock }, tell), settings);
  const audits = startPoller(auditRound, settings);
  return {
    settled() {
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      return promise;
    },
    async stop() {
      await Promise.all([results.stop(), audits.stop()]);
    },
  };
}
