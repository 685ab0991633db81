import type { Pipeline } from "@image-pipeline/schema/config";
import type { HandlerZips } from "./handler-zips.ts";
import type { Names } from "./names.ts";

/** Everything the stacks are made from. */
export interface Deployment {
  pipeline: Pipeline;
  names: Names;
  zips: HandlerZips;
  /** The bucket that holds Terraform's state; null keeps it in a file beside `cdktf.json`. */
  stateBucket: string | null;
}
