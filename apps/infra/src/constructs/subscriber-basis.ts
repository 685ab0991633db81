import type { Pipeline } from "@image-pipeline/schema/config";
import type { Names } from "../names.ts";

/** What every subscriber of an environment is made from. */
export interface SubscriberBasis {
  pipeline: Pipeline;
  names: Names;
  accountId: string;
  /** The customer key that everything of it lies under; null for AWS's own. */
  keyArn: string | null;
}
