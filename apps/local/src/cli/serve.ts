import { toPlainLines } from "@image-pipeline/schema/plain-text";
import { WORKFLOW_ERRORS } from "@image-pipeline/schema/workflow";
import { systemClock as clock } from "../clock.ts";
import { type LocalPipeline, startLocalPipeline } from "../local-pipeline.ts";
import type { Server } from "../server.ts";
import type { TrackedUploads } from "../tracking/tracked-uploads.ts";
import { trackUploads, type UploadTracker } from "../tracking/upload-tracker.ts";
import type { Webhook } from "../webhook/webhook.ts";
import { webhookQueueOf } from "../webhook/webhook-topology.ts";
import { openWebhook } from "./deliveries.ts";
import type { Exits } from "./exits.ts";
import { formatExecution } from "./format-execution.ts";
import { toFailureLine } from "./function-failure.ts";
import type { Options } from "./options.ts";
import { toDlqCommand } from "./report.ts";
import type { Session } from "./session.ts";
import type { Terminal } from "./terminal.ts";
import { toVerdict } from "./verdict.ts";

export interface ServeOptions {
  server: Server;
  options: Options;
  show: Session;
  book: TrackedUploads;
  terminal: Terminal;
  exits: Exits;
}

/** Everything that runs at the moment. */
interface Running {
  pipeline: LocalPipeline;
  accounts: UploadTracker;
  webhook: Webhook | undefined;
}

/** The pipeline with the lines about it, which other stacks can replace while it runs. */
export interface Serving {
  current(): Running;
  /** Resolves when every upload has ended and nothing is on its way any more. */
  settled(): Promise<void>;
  /** Continues with other stacks; messages on their way are kept. @throws {UserFault} when they cannot be run */
  replace(stacksFolder: string): Promise<void>;
}

export async function serve(serving: ServeOptions, stacksFolder: string): Promise<Serving> {
  let current = await startAll(serving, stacksFolder);
  let folder = stacksFolder;
  let replaced = Promise.withResolvers<void>();
  serving.exits.onEnd(
    () => stopAll(current),
    () => current.pipeline.kill(),
  );
  return {
    current: () => current,
    async settled() {
      for (let waitedFor: Running | undefined; waitedFor !== current; ) {
        waitedFor = current;
        await Promise.race([waitedFor.accounts.settled(), replaced.promise]);
      }
    },
    async replace(wanted) {
      await stopAll(current);
      try {
        current = await startAll(serving, wanted);
        folder = wanted;
      } catch (error) {
        current = await startAll(serving, folder);
        throw error;
      } finally {
        replaced.resolve();
        replaced = Promise.withResolvers();
      }
    },
  };
}

async function startAll(serving: ServeOptions, stacksFolder: string): Promise<Running> {
  const { server, options, terminal } = serving;
  let started: LocalPipeline | undefined;
  const queueName = () => started && webhookQueueOf(started.topology);
  const webhook = openWebhook({ services: server.services, url: options.webhook, terminal, queueName });
  const pipeline = await startPipeline(serving, stacksFolder, webhook);
  started = pipeline;
  warm(pipeline, options);
  const accounts = followUploads(serving, pipeline);
  return { pipeline, accounts, webhook };
}

async function stopAll({ pipeline, accounts }: Running): Promise<void> {
  await accounts.stop();
  await pipeline.stop();
}

function startPipeline(
  { server, options, show, book, terminal }: ServeOptions,
  stacksFolder: string,
  webhook: Webhook | undefined,
) {
  let topology: LocalPipeline["topology"] | undefined;
  return startLocalPipeline(server, {
    stacksFolder,
    webhook: options.webhook,
    ...(webhook && { onLog: (_, lines) => webhook.logged(lines) }),
    rekognition: options.rekognition,
    inspect: new Map(options.inspect.map(({ functionName, port }) => [functionName, port])),
    onDebugger: (functionName, url) =>
      terminal.note(
        `${functionName} waits for a debugger at ${url} (chrome://inspect, or attach your editor)`,
      ),
    onUpload(change) {
      show.changed(change);
      const { key, sequencer, stored, at } = change;
      if (stored) book.uploaded({ key, sequencer, bytes: stored.size, at });
    },
    onFunctionFailure(failure) {
      // The workflow handles these errors, and the image's own line shows the outcome.
      if (WORKFLOW_ERRORS.permanent.some((name) => failure.error.startsWith(`${name}:`))) return;
      terminal.complain(toFailureLine(failure, topology ?? { queues: [] }));
    },
    onExecution(body, execution) {
      terminal.note(formatExecution(body, execution, terminal.width()), { style: "dim" });
    },
    onError: (error) => complainOf(error, terminal),
  }).then((pipeline) => {
    topology = pipeline.topology;
    return pipeline;
  });
}

function followUploads({ server, options, show, book, terminal }: ServeOptions, pipeline: LocalPipeline) {
  return trackUploads(pipeline, {
    services: server.services,
    uploads: book,
    clock,
    onError: (error) => complainOf(error, terminal),
    onStrayLetter: ({ key, why }) =>
      terminal.complain(`${key}: a subscriber failed: ${why}; see: ${toDlqCommand(key)}`),
    onAnalyzed: (event) =>
      show.analyzed({
        key: event.subject,
        sequencer: event.data.source.sequencer,
        verdict: toVerdict(event, options.rekognition),
      }),
  });
}

function complainOf(error: unknown, { complain }: Terminal): void {
  complain(toPlainLines(`the local runtime: ${error instanceof Error ? error.message : error}`));
}

/** Starts the processes that the first upload needs. */
function warm({ topology, functions }: LocalPipeline, { samples, paths }: Options): void {
  if (!samples && paths.length === 0) return;
  const mapped = topology.mappings.filter(({ queueArn }) =>
    topology.subscriptions.some((each) => each.queueArn === queueArn && takesUploads(each.filterPolicy)),
  );
  for (const { functionName } of [...topology.notifications, ...topology.eventRules, ...mapped])
    functions.warm(functionName, 1);
}

/** True for a filter policy that lets `image.uploaded` of the live lane through. */
function takesUploads(filterPolicy: string | null): boolean {
  if (filterPolicy === null) return true;
  const { type = ["image.uploaded"], lane = ["live"] } = JSON.parse(filterPolicy);
  return type.includes("image.uploaded") && lane.includes("live");
}
