import { lambdaEntry } from "@image-pipeline/lambda-kit";
import { queueEntry } from "./queue-entry.ts";
import { analyseEntry, quarantineEntry } from "./workflow-entries.ts";

/** Lambda's entries: `index.handler` for a queue, the others for the steps of the workflow. */
export const handler = lambdaEntry("handler", queueEntry);
export const analyse = lambdaEntry("analyse", analyseEntry);
export const quarantine = lambdaEntry("quarantine", quarantineEntry);
