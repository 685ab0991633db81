import type { Statement } from "./policy-document.ts";
import { readUploads } from "./read-uploads.ts";
import { readSecret } from "./secret-policy.ts";

export interface AnalyzerArns {
  uploadBucket: string;
  processedBucket: string;
  imageResultsTopic: string;
}

/**
 * Returns the analyzer's permissions. It reads manifests and uploads below the prefix, stores its analyses, and changes only
 * the tags of renditions: it can neither read nor write a rendition.
 */
export function analyzerPolicy(
  arns: AnalyzerArns,
  uploadPrefix: string,
  calls: { labels: boolean; moderation: boolean },
): Statement[] {
  return [
    ...readUploads(arns.uploadBucket, uploadPrefix),
    ...keepAnalyses(arns),
    tagRenditions(arns),
    readSecret(arns.processedBucket),
    recognise(calls),
    { Sid: "PublishResults", Effect: "Allow", Action: "sns:Publish", Resource: arns.imageResultsTopic },
  ];
}

function keepAnalyses({ processedBucket }: AnalyzerArns): Statement[] {
  return [
    {
      Sid: "KeepAnalyses",
      Effect: "Allow",
      Action: ["s3:GetObject", "s3:PutObject", "s3:PutObjectTagging"],
      Resource: `${processedBucket}/analysis/*`,
    },
    {
      Sid: "ReadManifests",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: `${processedBucket}/manifests/*`,
    },
    {
      Sid: "KeepFailures",
      Effect: "Allow",
      Action: ["s3:PutObject", "s3:DeleteObject"],
      Resource: `${processedBucket}/failures/*`,
    },
    {
      // As for uploads: S3 answers 404 for a missing manifest or analysis only if the role may list.
      Sid: "TellMissingDocuments",
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: processedBucket,
      Condition: { StringLikeIfExists: { "s3:prefix": ["analysis/*", "manifests/*", "renditions/*"] } },
    },
  ];
}

/** Allows tagging renditions. The bucket is versioned, and tagging a given version is a separate action. */
export function tagRenditions({ processedBucket }: Pick<AnalyzerArns, "processedBucket">): Statement {
  return {
    Sid: "TagRenditions",
    Effect: "Allow",
    Action: ["s3:GetObjectTagging", "s3:PutObjectVersionTagging"],
    Resource: `${processedBucket}/renditions/*`,
  };
}

/**
 * DetectLabels supports no resources; DetectModerationLabels only a custom model's version, which the analyzer does not use
 * (AWS's Service Authorization Reference).
 */
export function recognise({ labels, moderation }: { labels: boolean; moderation: boolean }): Statement {
  return {
    Sid: "RecogniseContent",
    Effect: "Allow",
    Action: [
      ...(labels ? ["rekognition:DetectLabels"] : []),
      ...(moderation ? ["rekognition:DetectModerationLabels"] : []),
    ],
    Resource: "*",
  };
}
