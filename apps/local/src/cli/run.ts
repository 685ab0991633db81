import { WORKFLOW_ERRORS } from "@image-pipeline/schema/config";
import { systemClock as clock } from "../clock.ts";
import { startLocalPipeline } from "../local-pipeline.ts";
import type { Server } from "../server.ts";
import { awsClients } from "../services/clients.ts";
import { ledger } from "../tracking/tracked-uploads.ts";
import { keepAccounts } from "../tracking/upload-tracker.ts";
import { WEBHOOK_QUEUE } from "../webhook/webhook.ts";
import { copies } from "./copies.ts";
import { openWebhook, reportDeliveries } from "./deliveries.ts";
import type { Exits } from "./exits.ts";
import { guide } from "./guide.ts";
import { type InputFile, toInputFiles } from "./input-files.ts";
import type { Options } from "./options.ts";
import { openOutFolder } from "./out-folder.ts";
import { prepare } from "./prepare.ts";
import { toPlainText, toSummary } from "./report.ts";
import { samplePhotographs } from "./samples.ts";
import { type Session, session } from "./session.ts";
import type { Terminal } from "./terminal.ts";
import { uploadFiles } from "./upload-files.ts";
import { toVerdict } from "./verdict.ts";
import { toWay } from "./workflow-way.ts";

/**
 * Builds, synthesises, serves and uploads.
 *
 * @returns with `--exit` the exit code, once every upload is accounted for; without it never
 * @throws {UserFault} for whatever the user can put right
 */
export async function run(options: Options, terminal: Terminal, exits: Exits): Promise<number> {
  const files = await filesOf(options);
  const out = options.out === undefined ? undefined : await openOutFolder(options.out);
  const copying = copies(out, terminal);
  const show = session({ json: options.json, copies: copying, clock, terminal });
  const { server, stacksFolder, keepLogs } = await prepare(options, terminal, exits);
  const { pipeline, settled, webhook } = await serve({
    server,
    stacksFolder,
    options,
    show,
    terminal,
    exits,
  });
  const { uploadBucket, uploadPrefix, processedBucket } = pipeline.places;
  copying.from({ s3: pipeline.clients.s3, bucket: processedBucket });
  const advice = guide(server.front.endpoint, pipeline);
  if (!options.exit && files.length === 0) terminal.note(advice);

  const start = clock.now();
  const uploads = files.map((file) => ({ ...file, key: uploadPrefix + file.key }));
  const { s3 } = awsClients({ ...pipeline.connection, endpoint: server.front.endpoint });
  await uploadFiles(uploads, { s3, bucket: uploadBucket, show });
  await settled();
  const isWell = (await copying.done()) && show.isWell();
  if (files.length > 0) terminal.note(`\n${toSummary(show.endings, clock.now() - start)}`);
  const isDelivered = await reportDeliveries(webhook, options, terminal);
  if (!isWell) terminal.complain(`the functions' logs are in ${keepLogs()}`);
  if (options.exit) return isWell && isDelivered ? 0 : 1;
  if (files.length > 0) terminal.note(advice);
  return new Promise(() => {});
}

async function filesOf({ paths, samples }: Options): Promise<InputFile[]> {
  if (paths.length > 0 || !samples) return toInputFiles(paths);
  return samplePhotographs();
}

interface Serving {
  server: Server;
  stacksFolder: string;
  options: Options;
  show: Session;
  terminal: Terminal;
  exits: Exits;
}

/** Starts the stacks and the accounts of them. */
async function serve({ server, stacksFolder, options, show, terminal, exits }: Serving) {
  const book = ledger(show.ended);
  const onError = (error: unknown) =>
    terminal.complain(`the local runtime: ${error instanceof Error ? error.message : error}`);
  const pipeline = await startLocalPipeline(server, {
    stacksFolder,
    resultQueues: options.webhook === undefined ? [] : [WEBHOOK_QUEUE],
    rekognition: options.rekognition,
    onUpload(change) {
      show.changed(change);
      const { key, sequencer, stored, at } = change;
      if (stored) book.uploaded({ key, sequencer, bytes: stored.size, at });
    },
    onFunctionFailure({ functionName, error, logFile }) {
      // What the workflow takes for an answer is no failure: the image's own line tells of it.
      if (WORKFLOW_ERRORS.permanent.some((name) => error.startsWith(`${name}:`))) return;
      terminal.complain(`${functionName}: ${error.split("\n")[0]} (log: ${logFile})`);
    },
    onExecution(body, execution) {
      terminal.note(toWay(body, execution));
    },
    onError,
  });
  exits.onEnd(pipeline.stop, pipeline.kill);
  const accounts = keepAccounts(pipeline, {
    services: server.services,
    ledger: book,
    clock,
    onError,
    onStrayLetter: ({ key, why }) => terminal.complain(`${toPlainText(key)}: a subscriber failed, ${why}`),
    onAnalyzed: (event) => terminal.note(toVerdict(event, options.rekognition)),
  });
  exits.onEnd(accounts.stop);
  const webhook = openWebhook(pipeline, { services: server.services, url: options.webhook, terminal });
  if (webhook) exits.onEnd(webhook.stop);
  return { pipeline, settled: accounts.settled, webhook };
}
