import { toAnalysisKey } from "@image-pipeline/schema/keys";
import type { UploadedManifest } from "@image-pipeline/schema/manifest";
import { FUNCTIONS } from "@image-pipeline/schema/names";
import { toDuration } from "../terminal/units.ts";
import { linesSince, manifestOf, uploadOf } from "./latest-upload.ts";
import { toShellWord } from "./shell-word.ts";
import type { SourceVersion, State } from "./story.ts";
import { kindOf } from "./timeline.ts";
import type { Traces } from "./traces.ts";

export interface Judgement {
  state: State;
  verdict: string;
  next: string | null;
}

/** S3 sends most notifications within seconds, but some take a minute or longer (S3 User Guide, "Event Notifications"). */
const NOTIFIED_WITHIN_SECONDS = 120;

/** Decides on the state of an image. @param chosen the eTag or version id of one upload (default: the newest) */
export function judge(traces: Traces, chosen?: string): Judgement {
  const upload = uploadOf(traces, chosen);
  if (upload === undefined) return judgeAbsent(traces);
  const current = uploadOf(traces, undefined);
  if (!upload.isLatest) return superseded(traces, current);
  const manifest = manifestOf(traces, upload);
  return manifest ? judgeManifest(traces, manifest) : judgeUnfinished(traces, upload);
}

/** Judges a key without an object: deleted, or never uploaded. */
function judgeAbsent(traces: Traces): Judgement {
  const { manifests, versions, key, bucket, nearKeys, deadLetters, messages } = traces;
  const again = `aws s3 cp FILE ${toShellWord(`s3://${bucket}/${key}`)}`;
  const [newest] = manifests;
  if (deadLetters.length > 0) return deadLetter(traces);
  if (
    newest &&
    newest.manifest !== "unreadable" &&
    newest.manifest.status !== "deleted" &&
    messages.length === 0
  )
    return {
      state: "deleted",
      verdict:
        "the object is gone, but its manifest and renditions are still there: its delete was not processed",
      next: repair(traces),
    };
  if (newest || versions.length > 0 || messages.length > 0)
    return {
      state: "deleted",
      verdict: "the object was deleted: upload it again to get it back",
      next: again,
    };
  if (traces.unread.some(({ what }) => what === "S3 versions"))
    return unclear(traces, "S3 does not say if this key exists");
  const near = nearKeys[0];
  return {
    state: "unknown key",
    verdict: `${bucket} has no object with this key, and the pipeline left no trace of one`,
    next: near === undefined ? null : command(traces, "explain", near),
  };
}

function superseded(traces: Traces, current: SourceVersion | undefined): Judgement {
  const by = current ? `by the upload of ${current.at}` : "by a delete";
  return {
    state: "superseded",
    verdict: `this upload was replaced ${by}: the newest version wins`,
    next: command(traces, "explain", traces.key),
  };
}

function judgeManifest(traces: Traces, manifest: UploadedManifest): Judgement {
  const { analysis, bucket, key, processedBucket } = traces;
  if (manifest.status === "rejected")
    return {
      state: "rejected",
      verdict: `rejected as ${manifest.reason}: ${manifest.reasonText}`,
      next: `aws s3 cp FIXED_FILE ${toShellWord(`s3://${bucket}/${key}`)}`,
    };
  if (analysis?.status === "analyzed" && analysis.verdict === "quarantine") {
    const rules = analysis.rules
      .map(({ label, confidence }) => `${label} ${Math.round(confidence)} %`)
      .join(", ");
    return {
      state: "quarantined",
      verdict: `processed, but quarantined by its analysis (${rules || "no rule is named"}): its renditions cannot be read`,
      next: `aws s3 cp s3://${processedBucket}/${toAnalysisKey(manifest.imageId)} -`,
    };
  }
  const problems = traces.check ?? [];
  if (problems.length > 0)
    return { state: "processed", verdict: `processed, but ${problems.join("; ")}`, next: repair(traces) };
  const count = manifest.renditions.length;
  return {
    state: "processed",
    verdict: `processed: ${count} ${count === 1 ? "rendition" : "renditions"} of this upload are there`,
    next: command(traces, "check --all --prefix", key),
  };
}

/** Judges an upload without a manifest. The analyzer has its own queue, and its progress says nothing about the renditions. */
function judgeUnfinished(traces: Traces, upload: SourceVersion): Judgement {
  if (traces.isGenerated)
    return ignored("it is a rendition of the pipeline, which is not processed a second time");
  if (!traces.isProcessedKey)
    return ignored("uploads.prefix or uploads.suffixes of pipeline.config.ts exclude this key");
  if (traces.deadLetters.length > 0) return deadLetter(traces);
  const held = traces.messages.find(({ state }) => state === "in flight");
  if (held) return inFlight(traces, held.nextReceiveAt);
  if (traces.messages.length > 0) return waiting(traces, `its message is in ${traces.messages[0]?.queue}`);
  return judgeByLogs(traces, upload);
}

function judgeByLogs(traces: Traces, upload: SourceVersion): Judgement {
  const { now, retentionSeconds, visibilitySeconds } = traces;
  const lines = linesSince(traces, upload).filter(
    (line) => !["log", "webhook"].includes(kindOf(line)) && line.function !== FUNCTIONS.analyzer,
  );
  const ageSeconds = (now - Date.parse(upload.at)) / 1000;
  const last = lines.at(-1);
  if (!last) return judgeUnseen(traces, ageSeconds);
  const isOver = traces.messagesAreComplete || ageSeconds > retentionSeconds;
  if (isOver)
    return {
      state: "expired",
      verdict: `no queue has its message any more (${toDuration(ageSeconds)} after the upload): it expired, or someone dropped it`,
      next: repair(traces),
    };
  const until = Date.parse(last.time ?? "") + visibilitySeconds * 1000;
  const kind = kindOf(last);
  if ((kind === "received" || kind === "killed") && until > now)
    return inFlight(traces, new Date(until).toISOString());
  if (kind === "failed")
    return waiting(traces, `its last attempt failed, and it is received again: ${last.message}`);
  if (kind === "step")
    return waiting(traces, `its workflow has begun, and the last news of it is: ${last.message}`);
  return waiting(
    traces,
    `it was ${kind} ${toDuration((now - Date.parse(last.time ?? "")) / 1000)} ago, and nothing followed`,
  );
}

/** Judges an upload that no log line is about. */
function judgeUnseen(traces: Traces, ageSeconds: number): Judgement {
  if (ageSeconds < NOTIFIED_WITHIN_SECONDS)
    return waiting(traces, "it was uploaded a moment ago: S3 may not have sent its notification yet");
  const isBlind = traces.unread.some(({ what }) => what === "logs");
  if (isBlind)
    return unclear(traces, "it has no manifest, and the logs, which say how far it came, cannot be read");
  if (traces.logs.from > traces.now - ageSeconds * 1000)
    return unclear(
      traces,
      "it has no manifest, and it is older than the logs that were read: use a longer --since",
    );
  return {
    state: "never notified",
    verdict: `ingest never published it, ${toDuration(ageSeconds)} after the upload: S3's notification is missing, or was sent when the bucket had none`,
    next: repair(traces),
  };
}

function deadLetter(traces: Traces): Judgement {
  const [letter] = traces.deadLetters;
  return {
    state: "dead letter",
    verdict: `every attempt failed, and its message is in ${letter?.queue}: ${letter?.reason}, ${letter?.text}`,
    next: command(traces, "dlq show", traces.key),
  };
}

function inFlight(traces: Traces, until: string | null): Judgement {
  const crash = traces.logs.lines.findLast((line) => ["killed", "received"].includes(kindOf(line)));
  const isKilled = crash !== undefined && kindOf(crash) === "killed";
  const what = isKilled
    ? "a function was stopped while it held its message, which stays invisible"
    : "a function holds its message, which stays invisible";
  const verdict = `${what}${until === null ? "" : ` until ${until}`}: if nothing is done by then, it is received again`;
  return { state: "in flight", verdict, next: command(traces, "explain", traces.key) };
}

function waiting(traces: Traces, why: string): Judgement {
  return { state: "waiting", verdict: `still waiting: ${why}`, next: command(traces, "status") };
}

function ignored(verdict: string): Judgement {
  return { state: "ignored", verdict, next: null };
}

function unclear(traces: Traces, verdict: string): Judgement {
  return { state: "unclear", verdict, next: command(traces, "check --prefix", traces.key) };
}

/** The check of one key that repairs it; 15 minutes are the shortest grace on AWS. */
function repair(traces: Traces): string {
  return command(
    traces,
    `check --repair --grace ${traces.target.startsWith("--environment") ? 15 : 0} --prefix`,
    traces.key,
  );
}

function command({ target }: Traces, words: string, key?: string): string {
  const parts = ["npx pipeline", words, ...(key === undefined ? [] : [toShellWord(key)]), target];
  return parts.filter((part) => part !== "").join(" ");
}
