import type { IsCurrent, Manifests, Renditions, Sources } from "@image-pipeline/audit";
import { s3Manifests, s3Renditions, s3Sources } from "@image-pipeline/audit/storage";
import { ENGINE, isCurrent } from "@image-pipeline/imaging";
import { type EventPublisher, snsEventPublisher } from "@image-pipeline/lambda-kit/event-publisher";
import { toHash, toRecipeHash } from "@image-pipeline/schema/config";
import { messageGroups } from "@image-pipeline/schema/events";
import type { Context } from "../program/context.ts";
import { type Connection, connect } from "./connect.ts";
import { type TargetOptions, toTarget } from "./target.ts";

/** A connected pipeline with its buckets and its topic. */
export interface OpenPipeline {
  connection: Connection;
  sources: Sources;
  manifests: Manifests;
  renditions: Renditions;
  publisher: EventPublisher;
  /** The hash of the presets, their rules, the limits and the engine of this checkout. */
  recipeHash: string;
  isCurrent: IsCurrent;
}

/**
 * Connects, runs, and closes the connection in the end.
 *
 * @throws {UserFault} as `toTarget` and `connect` do
 */
export async function withConnection<Result>(
  options: TargetOptions,
  { pipelines, runtimes }: Pick<Context, "pipelines" | "runtimes">,
  run: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = await connect(await toTarget(options, runtimes), await pipelines());
  try {
    return await run(connection);
  } finally {
    connection.close();
  }
}

export function openPipeline(connection: Connection): OpenPipeline {
  const { pipeline, names, accountId, s3, sns } = connection;
  const { prefix, tenantPattern: pattern } = pipeline.uploads;
  const processedBucket = names.processedBucket(accountId);
  return {
    connection,
    sources: s3Sources(s3, names.uploadBucket(accountId)),
    manifests: s3Manifests(s3, processedBucket),
    renditions: s3Renditions(s3, processedBucket),
    publisher: snsEventPublisher(sns, {
      topicArn: names.topicArn(names.imageEventsTopic, accountId),
      groupOf: messageGroups({ prefix, pattern }),
    }),
    recipeHash: toHash([toRecipeHash(pipeline, ENGINE), pipeline.presetRules]),
    isCurrent: (made) => isCurrent(made, pipeline),
  };
}
