import * as z from "zod";
import { ImageUploaded } from "../messages/image-events.ts";
import { UploadedManifest } from "../messages/manifest.ts";

/** What the workflow's first task finds out of an upload event, and every later one goes by. */
export const WorkflowJob = z.object({
  /** With its place in the order, as far as anybody knows it. */
  event: ImageUploaded,
  /** The hash of the recipe. */
  recipe: z.string().min(1),
  tag: z.string().min(1),
  /** Milliseconds since 1970. */
  startedAt: z.number(),
});
export type WorkflowJob = z.infer<typeof WorkflowJob>;

/** What Step Functions hands on of an error: the name it was thrown by, and what Lambda reports of it as JSON. */
const failure = <Name extends string>(...names: readonly [Name, ...Name[]]) =>
  z.object({ failure: z.object({ Error: z.enum(names), Cause: z.string() }) });
/** There is no work left: another version is there by now, or none, or one that the pipeline made itself. */
const Superseded = failure("SOURCE_CHANGED", "SOURCE_GONE", "SOURCE_GENERATED");

/** What the task that judges a picture answers. */
export const WorkflowVerdict = z.object({ verdict: z.enum(["allow", "flag", "quarantine"]) });
export type WorkflowVerdict = z.infer<typeof WorkflowVerdict>;

/** What the branches of the workflow came to; nobody judges where nothing is analysed. */
export const WorkflowWork = z.object({
  rendered: z.union([
    /** The manifest that the image gets, its renditions being there. */
    z.object({ manifest: UploadedManifest }),
    failure("IMAGE_REJECTED"),
    Superseded,
    z.object({ nothing: z.literal(true) }),
  ]),
  /** A picture that could not be judged for any other reason is not let by: it has no place here. */
  analysis: z.union([WorkflowVerdict, Superseded]).optional(),
});
export type WorkflowWork = z.infer<typeof WorkflowWork>;

/** What the tasks after the branches are given. */
export const WorkflowOutcome = z.object({ job: WorkflowJob, work: WorkflowWork });
export type WorkflowOutcome = z.infer<typeof WorkflowOutcome>;
