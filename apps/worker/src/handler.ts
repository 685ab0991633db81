import { lambdaEntry } from "@image-pipeline/lambda-kit";
import { queueEntry } from "./queue-entry.ts";
import { inspectEntry, publishEntry, renderEntry } from "./workflow-entries.ts";

/** Lambda's entries: `index.handler` for a queue, the others for the steps of the workflow. */
export const handler = lambdaEntry("handler", queueEntry);
export const inspect = lambdaEntry("inspect", inspectEntry);
export const render = lambdaEntry("render", renderEntry);
export const publish = lambdaEntry("publish", publishEntry);
