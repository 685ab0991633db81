import {
  type InvocationClock,
  type OwnUploads,
  requireOwn,
  TaskError,
  toEvent,
} from "@image-pipeline/lambda-kit";
import { type ImageEvent, ImageUploaded } from "@image-pipeline/schema/events";
import { UploadedManifest } from "@image-pipeline/schema/manifest";
import { PipelineError } from "@image-pipeline/schema/processing";
import { WorkflowJob, WorkflowOutcome, type WorkflowWork } from "@image-pipeline/schema/workflow";
import * as z from "zod";
import { type ImageOutcome, toManifest } from "./manifest.ts";
import { renderSource } from "./render.ts";
import {
  announceUpload,
  commitManifest,
  decideUpload,
  discardRenditions,
  toDecision,
  type UploadPorts,
} from "./upload.ts";
import { completeJob, type Job } from "./upload-job.ts";

const InspectInput = z.object({ message: z.object({ body: z.string() }) });
const RenderInput = z.object({ job: WorkflowJob });

/** The ports of every task. */
interface TaskPorts extends UploadPorts {
  uploads: OwnUploads;
}

/** The first task: takes a message of the queue, and returns the decision and the job. */
export async function inspectTask(
  input: unknown,
  ports: Pick<TaskPorts, "manifests" | "presets" | "limits" | "uploads" | "secret"> & {
    clock: InvocationClock;
  },
): Promise<{ decision: string; job: WorkflowJob }> {
  const { message } = InspectInput.parse(input);
  const event = toEvent(ImageUploaded, "an image.uploaded event", message.body);
  requireOwn(event, ports);
  const { decision, job } = await decideUpload(event, ports);
  return { decision, job: WorkflowJob.parse(job) };
}

/**
 * Renders a source and returns the manifest, which the last task writes; until then nothing leads to the renditions.
 *
 * @throws {TaskError} `IMAGE_REJECTED`, with the manifest of the rejection in its message as JSON
 * @throws {PipelineError} for any cause except the picture itself
 */
export async function renderTask(input: unknown, ports: TaskPorts): Promise<{ manifest: UploadedManifest }> {
  const job = completeJob(RenderInput.parse(input).job);
  requireOwn(job.event, ports);
  const manifest = toManifest(job, await renderSource(job, ports), ports);
  if (manifest.status === "rejected") throw new TaskError("IMAGE_REJECTED", JSON.stringify(manifest));
  return { manifest };
}

/** The output of the state machine. */
interface PublishOutput {
  decision: string;
  status: string | undefined;
  manifestKey: string;
}

interface PublishPorts extends TaskPorts {
  measure: (event: ImageEvent, outcome: ImageOutcome) => void;
}

/** The last task: decides again, writes the manifest unless a newer one exists, and announces the result. */
export async function publishTask(input: unknown, ports: PublishPorts): Promise<PublishOutput> {
  const { job, work } = WorkflowOutcome.parse(input);
  requireOwn(job.event, ports);
  const complete = completeJob(job);
  const outcome = await publishWork(complete, work, ports);
  ports.measure(job.event, outcome);
  const { decision, manifest } = outcome;
  return { decision, status: manifest?.status, manifestKey: complete.manifestKey };
}

async function publishWork(job: Job, work: WorkflowWork, ports: UploadPorts): Promise<ImageOutcome> {
  const superseded = supersessionOf(work);
  if (superseded) {
    await discardRenditions(job, ports);
    return { decision: superseded };
  }
  if ("nothing" in work.rendered) return announceExisting(job, ports);
  return commitManifest(job, toUploadedManifest(work.rendered), ports);
}

/** Returns the error of whichever branch found that there is no work left. */
function supersessionOf({ rendered, analysis }: WorkflowWork): string | undefined {
  if (analysis && "failure" in analysis) return analysis.failure.Error;
  const error = "failure" in rendered ? rendered.failure.Error : undefined;
  return error === "IMAGE_REJECTED" ? undefined : error;
}

/** Announces the manifest of an upload that the first task did not have rendered. */
async function announceExisting(job: Job, ports: UploadPorts): Promise<ImageOutcome> {
  const manifest = (await ports.manifests.read(job.manifestKey))?.document;
  const decision = toDecision(job, manifest, ports);
  if (decision !== "process") return announceUpload(job, { decision, manifest }, ports);
  throw new PipelineError(
    "MANIFEST_CONTENDED",
    `${job.manifestKey} has changed, and its image must be rendered now`,
  );
}

const LambdaError = z.object({ errorMessage: z.string() });

function toUploadedManifest(
  rendered: Exclude<WorkflowWork["rendered"], { nothing: true }>,
): UploadedManifest {
  if ("manifest" in rendered) return rendered.manifest;
  const { errorMessage } = LambdaError.parse(JSON.parse(rendered.failure.Cause));
  return UploadedManifest.parse(JSON.parse(errorMessage));
}
