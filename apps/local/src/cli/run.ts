import { GetObjectCommand } from "@aws-sdk/client-s3";
import { Manifest } from "@image-pipeline/schema/manifest";
import { systemClock as clock } from "../clock.ts";
import type { LocalPipeline } from "../local-pipeline.ts";
import { announceRuntime, type Runtime } from "../running-runtimes.ts";
import { awsClients } from "../services/clients.ts";
import { trackedUploads } from "../tracking/tracked-uploads.ts";
import { type Copies, copies } from "./copies.ts";
import { reportDeliveries } from "./deliveries.ts";
import { chooseExample, startExample } from "./example.ts";
import type { Exits } from "./exits.ts";
import { toAdvice, toHeader } from "./guide.ts";
import type { Details } from "./image-lines.ts";
import { type InputFiles, type LeftOut, toInputFiles } from "./input-files.ts";
import { liveCode } from "./live-code.ts";
import { liveLine } from "./live-line.ts";
import type { Options } from "./options.ts";
import { openOutFolder } from "./out-folder.ts";
import { prepare } from "./prepare.ts";
import { toSummary } from "./report.ts";
import type { RunFolder } from "./run-folder.ts";
import { samplePhotographs } from "./samples.ts";
import { type Serving, serve } from "./serve.ts";
import { type Session, session } from "./session.ts";
import { spinWhile } from "./spinner.ts";
import { type Terminal, wrap } from "./terminal.ts";
import { uploadFiles } from "./upload-files.ts";
import { watchSources } from "./watch-sources.ts";

/**
 * Builds, synthesises, serves and uploads.
 *
 * @returns with `--exit` the exit code, when every upload has ended; without it never
 * @throws {UserFault} for everything that the user can fix
 */
export async function run(options: Options, terminal: Terminal, exits: Exits): Promise<number> {
  const { files, leftOut } = await filesOf(options);
  const out = options.out === undefined ? undefined : await openOutFolder(options.out);
  const copying = copies(out, terminal);
  const show = session({ json: options.json, copies: copying, clock, terminal });
  const example = options.example === undefined ? undefined : await chooseExample(options.example);
  const { origins = [] } = example ?? {};
  const { server, stacksFolder, folder } = await prepare({ ...options, out, origins }, terminal, exits);
  const opening = openConsole(server.proxy.endpoint, options, exits);
  const book = trackedUploads(show.ended);
  const starting = serve({ server, options, show, book, terminal, exits }, stacksFolder);
  const serving = await spinWhile(starting, () => "starting services", { terminal, clock });
  const { pipeline } = serving.current();
  const { places } = pipeline;
  copying.from({ s3: pipeline.clients.s3, bucket: places.processedBucket });
  show.attach(toDetails(pipeline));
  const { endpoint } = server.proxy;
  const { rekognition, edgeEndpoint, signingKey } = pipeline;
  announce({ endpoint, ...(edgeEndpoint !== null && { edgeEndpoint }) }, folder, { options, exits });
  if (example) await startExample(example, pipeline, { endpoint, options, terminal, exits });
  const { environment } = options;
  const { logs } = folder;
  const webhookSecret = options.webhook === undefined ? undefined : server.webhookSecret;
  const header = {
    ...{ endpoint, edgeEndpoint, signingKey, places, rekognition },
    ...{ environment, example, logs, webhookSecret, console: await opening },
  };
  terminal.note(toHeader(header, terminal.width()).split("\n"));
  for (const each of leftOut) showLeftOut(each, terminal);
  await followSources(serving, { options, folder, terminal, exits });
  if (!options.exit && files.length === 0)
    terminal.note(toAdvice({ endpoint, places }).trimStart().split("\n"));

  const start = clock.now();
  const summary = summaryOf(show, start, terminal);
  show.expect(files.length);
  const { services } = server;
  const running = () => serving.current().pipeline;
  const removeLine = liveLine({ pipeline: running, services, progress: show.progress, terminal, clock });
  exits.onEnd(async () => removeLine());
  exits.onEnd(summary.print);
  const uploads = files.map((file) => ({ ...file, key: places.uploadPrefix + file.key }));
  const { s3 } = awsClients({ ...pipeline.connection, endpoint });
  await uploadFiles(uploads, { s3, bucket: places.uploadBucket, show });
  await serving.settled();
  const isWell = await finish({ show, copying, summary });
  const isDelivered = await reportDeliveries(serving.current().webhook, options, terminal);
  if (!isWell)
    terminal.complain(`the functions' logs are in ${options.exit ? folder.keepLogs() : folder.logs}`);
  const isComplete = leftOut.every(({ isFault }) => !isFault);
  if (options.exit) return isWell && isDelivered && isComplete ? 0 : 1;
  if (files.length > 0) terminal.note(toAdvice({ endpoint, places }).split("\n"));
  return new Promise(() => {});
}

/** Gives functions with a debugger their source maps, and with `--watch` each change of the sources to the pipeline that runs. */
async function followSources(
  serving: Serving,
  {
    options,
    folder,
    terminal,
    exits,
  }: { options: Options; folder: RunFolder; terminal: Terminal; exits: Exits },
): Promise<void> {
  const { pipeline } = serving.current();
  const code = liveCode();
  for (const name of pipeline.inspected) {
    if (!(await code.debug(pipeline, name))) terminal.complain(`${name}: its sources were not found`);
    pipeline.functions.warm(name, 1);
  }
  if (!options.watch) return;
  // Beside everything else, so that the first change finds the files of each function known.
  code.reload(pipeline, new Set()).catch(() => {});
  await watchSources({
    reloadCode: (changed) => code.reload(serving.current().pipeline, changed),
    async replaceStacks(replacement) {
      await serving.replace(replacement);
      code.restore(serving.current().pipeline);
    },
    options,
    folder: folder.path,
    terminal,
    exits,
  });
}

/** Opens the console beside everything else, unless the run ends by itself. @returns its address */
async function openConsole(
  endpoint: string,
  { openConsole: open, exit }: Options,
  exits: Exits,
): Promise<string | undefined> {
  if (open === undefined || exit) return undefined;
  const opened = await open(endpoint);
  if (opened) exits.onEnd(async () => opened.end(), opened.end);
  return opened?.address;
}

/** Lets the other commands find this runtime, as long as it runs. */
function announce(
  endpoints: Pick<Runtime, "endpoint" | "edgeEndpoint">,
  { path: dataDir, logs: logsDir }: RunFolder,
  { options: { environment }, exits }: { options: Options; exits: Exits },
): void {
  const startedAt = new Date(clock.now()).toISOString();
  const about = { pid: process.pid, ...endpoints, dataDir, logsDir, startedAt };
  const remove = announceRuntime({ ...about, ...(environment !== undefined && { environment }) });
  exits.onEnd(async () => remove(), remove);
}

async function filesOf({ paths, samples }: Options): Promise<InputFiles> {
  if (paths.length > 0 || !samples) return toInputFiles(paths);
  return { files: samplePhotographs(), leftOut: [] };
}

function showLeftOut({ path, why, isFault }: LeftOut, { note, complain }: Terminal): void {
  if (isFault) complain(`${path} ${why}`);
  else note(`left out   ${path} ${why}`);
}

interface Finishing {
  show: Session;
  copying: Copies;
  summary: Summary;
}

/** @returns true when nothing failed, was lost or could not be copied */
async function finish({ show, copying, summary }: Finishing): Promise<boolean> {
  await show.flush();
  const isCopied = await copying.done();
  await summary.print();
  return isCopied && show.isWell();
}

interface Summary {
  /** Prints it once, if there is something to sum up. */
  print(): Promise<void>;
}

/** Counts the files of the run, at its end or when it is interrupted. */
function summaryOf(show: Session, start: number, { note, status, width }: Terminal): Summary {
  let isPrinted = false;
  return {
    async print() {
      status(undefined);
      if (isPrinted || show.endings.length === 0) return;
      isPrinted = true;
      await show.flush();
      const summary = toSummary(show.endings, clock.now() - start);
      note(["", ...wrap(summary, width() ?? Number.POSITIVE_INFINITY)]);
    },
  };
}

function toDetails({ clients, places, rekognition }: LocalPipeline): Details {
  return {
    isAnalyzed: rekognition !== null,
    async renderTimeOf(manifestKey) {
      const { Body } = await clients.s3.send(
        new GetObjectCommand({ Bucket: places.processedBucket, Key: manifestKey }),
      );
      const manifest = Manifest.parse(JSON.parse((await Body?.transformToString()) ?? ""));
      return "timings" in manifest ? manifest.timings.renderMs : null;
    },
  };
}
