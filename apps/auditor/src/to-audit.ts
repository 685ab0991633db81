import type { S3Client } from "@aws-sdk/client-s3";
import { type Audit, isProcessed } from "@image-pipeline/audit";
import { s3Manifests, s3Renditions, s3Sources } from "@image-pipeline/audit/storage";
import type { AuditEnvironment } from "@image-pipeline/schema/environment";

const HOUR_MILLISECONDS = 60 * 60 * 1000;

/**
 * An audit that reads no picture's bytes. It knows no recipe, as that takes the engine: images of an older one are no gap,
 * and `npx pipeline check` counts them.
 */
export function toAudit(s3: S3Client, environment: AuditEnvironment, now: Date): Audit {
  const { UPLOAD_BUCKET, PROCESSED_BUCKET, KEYS, SUPERSEDED_DAYS } = environment;
  return {
    ports: {
      sources: s3Sources(s3, UPLOAD_BUCKET),
      manifests: s3Manifests(s3, PROCESSED_BUCKET),
      renditions: s3Renditions(s3, PROCESSED_BUCKET),
    },
    rules: {
      now,
      graceMilliseconds: HOUR_MILLISECONDS,
      supersededMilliseconds: SUPERSEDED_DAYS * 24 * HOUR_MILLISECONDS,
      hashesAll: false,
      isCurrent: () => true,
      isProcessed: (key) => isProcessed(key, KEYS),
      prefix: KEYS.prefix,
    },
  };
}
