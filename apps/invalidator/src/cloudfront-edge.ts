import { createHash } from "node:crypto";
import { type CloudFrontClient, CreateInvalidationCommand } from "@aws-sdk/client-cloudfront";
import type { Edge } from "./invalidate-batch.ts";

/** Invalidations of a distribution. CloudFront takes a repeated request with the same reference as done. */
export function cloudFrontEdge(client: CloudFrontClient, distributionId: string): Edge {
  return {
    async invalidate(paths, reference) {
      await client.send(
        new CreateInvalidationCommand({
          DistributionId: distributionId,
          InvalidationBatch: {
            CallerReference: createHash("sha256").update(reference).digest("hex"),
            Paths: { Quantity: paths.length, Items: [...paths] },
          },
        }),
      );
    },
  };
}
