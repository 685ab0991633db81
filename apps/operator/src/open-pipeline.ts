import type { IsCurrent, Manifests, Renditions, Sources } from "@image-pipeline/audit";
import { s3Manifests, s3Renditions, s3Sources } from "@image-pipeline/audit/storage";
import { ENGINE, isCurrent } from "@image-pipeline/imaging";
import { type Connection, connect, type Place } from "@image-pipeline/operator-kit";
import { type Pipeline, toRecipeHash } from "@image-pipeline/schema/config";
import type { EventPublisher } from "./publishing/publish-all.ts";
import { snsEventPublisher } from "./publishing/sns-event-publisher.ts";

/** A pipeline's buckets and its topic, reachable. */
export interface OpenPipeline {
  connection: Connection;
  sources: Sources;
  manifests: Manifests;
  renditions: Renditions;
  publisher: EventPublisher;
  /** The hash of the presets, limits and engine of this checkout. */
  recipeHash: string;
  isCurrent: IsCurrent;
}

/** @throws {UserFault} when the credentials are of another account than the config names */
export async function openPipeline(
  place: Place,
  pipelines: ReadonlyMap<string, Pipeline>,
): Promise<OpenPipeline> {
  const connection = await connect(place, pipelines);
  const { pipeline, names, accountId, s3, sns } = connection;
  const processedBucket = names.processedBucket(accountId);
  return {
    connection,
    sources: s3Sources(s3, names.uploadBucket(accountId)),
    manifests: s3Manifests(s3, processedBucket),
    renditions: s3Renditions(s3, processedBucket),
    publisher: snsEventPublisher(sns, topicArn(connection, names.imageEventsTopic)),
    recipeHash: toRecipeHash(pipeline, ENGINE),
    isCurrent: (made) => isCurrent(made, pipeline),
  };
}

/** The ARN of a topic of the pipeline, by its name. */
export function topicArn({ pipeline, names, accountId }: Connection, name: string): string {
  return `arn:${names.partition}:sns:${pipeline.region}:${accountId}:${name}`;
}
