import * as z from "zod";
import { ImageUploaded } from "../messages/image-events.ts";
import { UploadedManifest } from "../messages/manifest.ts";

/** The result of the workflow's first task, from which all later tasks work. */
export const WorkflowJob = z.object({
  /** With its sequencer, if it is known. */
  event: ImageUploaded,
  /** The hash of the recipe. */
  recipe: z.string().min(1),
  tag: z.string().min(1),
  /** Milliseconds since 1970. */
  startedAt: z.number(),
});
export type WorkflowJob = z.infer<typeof WorkflowJob>;

/** An error as Step Functions passes it on: its name, and as JSON the error that Lambda reports. */
const failure = <Name extends string>(...names: readonly [Name, ...Name[]]) =>
  z.object({ failure: z.object({ Error: z.enum(names), Cause: z.string() }) });
/** No work is left: the source was replaced or deleted, or the pipeline wrote it itself. */
const Superseded = failure("SOURCE_CHANGED", "SOURCE_GONE", "SOURCE_GENERATED");

/** The answer of the task that moderates a picture. */
export const WorkflowVerdict = z.object({ verdict: z.enum(["allow", "flag", "quarantine"]) });
export type WorkflowVerdict = z.infer<typeof WorkflowVerdict>;

/** The results of the workflow's branches; `analysis` is absent if the analysis is disabled. */
export const WorkflowWork = z.object({
  rendered: z.union([
    /** The manifest to write; its renditions are written already. */
    z.object({ manifest: UploadedManifest }),
    failure("IMAGE_REJECTED"),
    Superseded,
    z.object({ nothing: z.literal(true) }),
  ]),
  /** Any other failure of the moderation fails the execution, so that no unmoderated picture is published. */
  analysis: z.union([WorkflowVerdict, Superseded]).optional(),
});
export type WorkflowWork = z.infer<typeof WorkflowWork>;

/** The input of the tasks after the branches. */
export const WorkflowOutcome = z.object({ job: WorkflowJob, work: WorkflowWork });
export type WorkflowOutcome = z.infer<typeof WorkflowOutcome>;
