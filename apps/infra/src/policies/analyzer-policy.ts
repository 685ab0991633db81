import type { Statement } from "./policy-document.ts";
import { readUploads } from "./read-uploads.ts";

export interface AnalyzerArns {
  uploadBucket: string;
  processedBucket: string;
  imageResultsTopic: string;
}

/**
 * What the analyzer may do. It reads uploads below the prefix and manifests, keeps its analyses, and of renditions changes
 * the tags alone: it can neither read nor write a picture that came out.
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
      // As for uploads: a manifest or an analysis that is not there yet is a 404 only to who may list.
      Sid: "TellMissingDocuments",
      Effect: "Allow",
      Action: "s3:ListBucket",
      Resource: processedBucket,
      Condition: { StringLikeIfExists: { "s3:prefix": ["analysis/*", "manifests/*", "renditions/*"] } },
    },
  ];
}

/** The bucket is versioned, and it is always the version that was read that is tagged: an action of its own. */
export function tagRenditions({ processedBucket }: Pick<AnalyzerArns, "processedBucket">): Statement {
  return {
    Sid: "TagRenditions",
    Effect: "Allow",
    Action: ["s3:GetObjectTagging", "s3:PutObjectVersionTagging"],
    Resource: `${processedBucket}/renditions/*`,
  };
}

/** Rekognition has no resources to narrow these two to (AWS's service authorization reference): pictures travel as bytes. */
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
