import type { Pipeline } from "@image-pipeline/schema/config";
import type { HandlerZips } from "./handler-zips.ts";
import type { Names } from "./names.ts";

/** What any stack is made from. */
export interface Basis {
  pipeline: Pipeline;
  /** The bucket that holds Terraform's state; null keeps it in a file beside `cdktf.json`. */
  stateBucket: string | null;
  /** From where Terraform runs to the folder of `cdktf.json`. */
  rootFolder: string;
}

/** Of the stacks of an environment: Terraform runs in `cdktf.out/stacks/<stack>`. */
export const ROOT_FOLDER = "../../..";

/** Everything the stacks of an environment are made from. */
export interface Deployment extends Omit<Basis, "rootFolder"> {
  names: Names;
  zips: HandlerZips;
}
