import { checkImage, isProcessed } from "@image-pipeline/audit";
import { toImageId, toManifestKey } from "@image-pipeline/schema/keys";
import { toAudit } from "../check/check.ts";
import type { OpenPipeline } from "../connection/open-pipeline.ts";
import { isAbout, type LogLine } from "../logs/log-line.ts";
import type { Context } from "../program/context.ts";
import { toFault } from "../program/to-fault.ts";
import {
  analysisOf,
  currentVersion,
  manifestsOf,
  nearKeysOf,
  versionsOf,
  withEarlierUploads,
} from "./read-buckets.ts";
import { lettersOf, localMessages, MAX_LETTERS, queueTimes } from "./read-queues.ts";
import { toShellWord } from "./shell-word.ts";
import type { Story, Unread } from "./story.ts";
import type { FoundLines, Traces } from "./traces.ts";

const DAY_MILLISECONDS = 24 * 3600 * 1000;
/** On AWS, where a search is paid, logs are searched back to the newest upload; nowhere further than this. */
const MAX_SEARCH_MILLISECONDS = 30 * DAY_MILLISECONDS;
/** A function's clock, and a notification before the listing, may be a little earlier. */
const MARGIN_MILLISECONDS = 5 * 60_000;
/** The retention and the visibility timeout of the stacks, if the queue's own cannot be read. */
const USUAL_TIMES = { retentionSeconds: 4 * 24 * 3600, visibilitySeconds: 360 };

/** Finds the log lines about an image. */
export type ImageLogs = (search: {
  key: string;
  imageId: string;
  correlationIds: readonly string[];
  from: number;
}) => Promise<FoundLines>;

export interface Gathering {
  key: string;
  opened: OpenPipeline;
  context: Pick<Context, "clock" | "signal">;
  logs: ImageLogs;
  /** Reads the history of the workflow's executions that log lines name; the local runtime's log has it already. */
  executions: (lines: readonly LogLine[]) => Promise<LogLine[]>;
  /** The time from which logs are searched, in milliseconds since 1970 (default: from the newest upload, at most 30 days). */
  from?: number | undefined;
  isLocal: boolean;
}

/** Reads everything about one key. A source that cannot be read is named in `unread`; the others are read all the same. */
export async function gather(gathering: Gathering): Promise<Traces> {
  const { key, opened, context, isLocal } = gathering;
  const { connection } = opened;
  const { names, accountId, s3, pipeline } = connection;
  const bucket = names.uploadBucket(accountId);
  const processedBucket = names.processedBucket(accountId);
  const { attempt, unread } = attempts();
  const manifestPlace = { Bucket: processedBucket, Key: toManifestKey(bucket, key) };
  const [versions, source, manifests, analysis, messages, dead, times] = await Promise.all([
    attempt("S3 versions", () => (isLocal ? currentVersion(opened, key) : versionsOf(s3, bucket, key)), []),
    attempt("source", () => opened.sources.find(key), undefined),
    attempt("manifests", () => manifestsOf(opened, manifestPlace, !isLocal), []),
    attempt("analysis", () => analysisOf(s3, processedBucket, { bucket, key }), null),
    isLocal ? attempt("queues", () => localMessages(connection, key), []) : [],
    attempt("dead-letter queues", () => lettersOf(connection, key, context.signal), NO_LETTERS),
    attempt("queue settings", () => queueTimes(connection), USUAL_TIMES),
  ]);
  if (!dead.isComplete)
    unread.push({
      what: "dead-letter queues",
      why: `only the first ${MAX_LETTERS} messages of each were read`,
    });
  const known = source && versions.length === 0 ? await currentVersion(opened, key) : versions;
  const from = gathering.from ?? searchFrom(isLocal ? [] : known, context.clock.now());
  const correlationIds = manifests.flatMap(({ manifest }) =>
    manifest === "unreadable" ? [] : [manifest.correlationId],
  );
  const search = { key, imageId: toImageId(bucket, key), correlationIds: [...new Set(correlationIds)], from };
  const found = await attempt("logs", () => gathering.logs(search), {
    lines: [],
    from,
    bytesScanned: null,
    usd: null,
  });
  const own = found.lines.filter((line) => isOfImage(line, search));
  const history = isLocal ? [] : await attempt("workflow executions", () => gathering.executions(own), []);
  const lines = [...own, ...history].sort((a, b) => (a.time ?? "").localeCompare(b.time ?? ""));
  const logs = { ...found, lines };
  const uploads = isLocal ? withEarlierUploads(known, own) : known;
  const isKnown =
    known.length + manifests.length + messages.length + dead.letters.length + logs.lines.length > 0;
  return {
    bucket,
    processedBucket,
    key,
    now: context.clock.now(),
    target: isLocal ? "" : `--environment ${toShellWord(pipeline.environment)}`,
    isProcessedKey: isProcessed(key, pipeline.uploads),
    isGenerated: source?.isGenerated ?? false,
    versions: uploads,
    manifests,
    analysis,
    logs,
    messages,
    messagesAreComplete: isLocal && !unread.some(({ what }) => what === "queues"),
    deadLetters: dead.letters,
    ...times,
    check: await attempt("check", () => checkKey(gathering, manifestPlace.Key, source), null),
    nearKeys: isKnown ? [] : await attempt("near keys", () => nearKeysOf(opened, key), []),
    unread,
  };
}

const NO_LETTERS = { letters: [], isComplete: true };

function attempts() {
  const unread: Unread[] = [];
  return {
    unread,
    async attempt<Found>(what: string, read: () => Promise<Found>, otherwise: Found): Promise<Found> {
      try {
        return await read();
      } catch (error) {
        unread.push({ what, why: toFault(error).message });
        return otherwise;
      }
    },
  };
}

function isOfImage(
  line: FoundLines["lines"][number],
  { key, imageId, correlationIds }: Parameters<ImageLogs>[0],
): boolean {
  return [key, imageId, ...correlationIds].some((id) => isAbout(line, id));
}

function searchFrom(versions: Traces["versions"], now: number): number {
  const earliest = now - MAX_SEARCH_MILLISECONDS;
  const [newest] = versions;
  return newest ? Math.max(earliest, Date.parse(newest.at) - MARGIN_MILLISECONDS) : earliest;
}

/** Runs the check of one image, without comparing bytes. */
async function checkKey(
  { opened, context }: Gathering,
  manifestKey: string,
  source: Awaited<ReturnType<OpenPipeline["sources"]["find"]>>,
): Promise<Story["check"]> {
  const options = { prefix: "", sample: 0, grace: 0 };
  const report = await checkImage({ manifestKey, source }, toAudit(opened, options, context.clock.now()));
  return report.findings.map(({ gap, what, key: of, why }) => `${gap} ${what} ${of}: ${why}`);
}
