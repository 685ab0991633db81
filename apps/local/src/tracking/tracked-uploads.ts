import type { ManifestEvent } from "@image-pipeline/schema/events";
import type { Rendition } from "@image-pipeline/schema/manifest";
import { compareSequencers } from "@image-pipeline/schema/processing";
import type { DeadUpload } from "./dead-letter.ts";

/** An upload as S3 announced it. */
export interface Upload {
  key: string;
  sequencer: string;
  bytes: number;
  /** Milliseconds since 1970. */
  at: number;
}

/** The outcome of an upload, or of an image that an earlier run uploaded. */
export interface Ending {
  key: string;
  fate: "processed" | "rejected" | "deleted" | "superseded" | "failed" | "lost" | "ignored";
  /** The manifest's status, if there is a manifest. */
  status: "processed" | "rejected" | "deleted" | null;
  reason: string | null;
  reasonText: string | null;
  manifestKey: string | null;
  renditions: readonly Rendition[];
  /** The size of the source; null if it is deleted. */
  bytes: number | null;
  /** The upload that this run saw; null for an image from before. */
  upload: Upload | null;
}

/** Keeps every upload until its outcome is known. No upload ends by a timeout. */
export interface TrackedUploads {
  uploaded(upload: Upload): void;
  result(event: ManifestEvent): void;
  /** To be called for a message in a dead-letter queue. It may or may not be the end of its image. */
  deadLetter(letter: DeadUpload): void;
  /** Ends an upload that no queue and no manifest is about: as failed with its dead letters, or else as lost. */
  ended(upload: Upload): void;
  /** Uploads that have not ended, with a message in a dead-letter queue. */
  inDeadLetterQueue(): Upload[];
  /** Returns the dead letters since the last call that did not end an image: another subscriber failed. */
  strayLetters(): DeadUpload[];
  pending(): Upload[];
}

/** @param onEnding called once for each upload's outcome, and for every other result */
export function trackedUploads(onEnding: (ending: Ending) => void): TrackedUploads {
  const pending = new Map<string, Upload[]>();
  const last = new Map<string, string | null>();
  let letters: DeadUpload[] = [];

  function take(key: string, isEnded: (upload: Upload) => boolean): Upload[] {
    const uploads = pending.get(key) ?? [];
    const rest = uploads.filter((upload) => !isEnded(upload));
    if (rest.length > 0) pending.set(key, rest);
    else pending.delete(key);
    return uploads.filter(isEnded);
  }

  const isAbout = (letter: DeadUpload, { key, sequencer }: Upload) =>
    letter.key === key && letter.sequencer === sequencer;

  return {
    uploaded(upload) {
      pending.set(upload.key, [...(pending.get(upload.key) ?? []), upload]);
    },
    result(event) {
      const key = event.subject;
      const { sequencer } = event.data.source;
      const ended = take(
        key,
        (upload) => sequencer === null || compareSequencers(upload.sequencer, sequencer) <= 0,
      );
      const ending = toEnding(event);
      for (const upload of ended) onEnding({ ...ending, upload, fate: fateOf(upload, event) });
      const isNew = last.get(key) !== sequencer;
      last.set(key, sequencer);
      if (isNew && !ended.some((upload) => upload.sequencer === sequencer)) onEnding(ending);
    },
    deadLetter: (letter) => void letters.push(letter),
    ended(upload) {
      const isOfIt = (letter: DeadUpload) => isAbout(letter, upload);
      const reasons = new Set(letters.filter(isOfIt).map(({ why }) => why));
      letters = letters.filter((letter) => !isOfIt(letter));
      for (const ended of take(upload.key, ({ sequencer }) => sequencer === upload.sequencer))
        onEnding({
          ...noManifest(ended),
          fate: reasons.size > 0 ? "failed" : "lost",
          reasonText: [...reasons].join("; ") || "no event, message or result of it exists any more",
        });
    },
    inDeadLetterQueue: () => [
      ...new Set(
        letters.flatMap((letter) =>
          (pending.get(letter.key) ?? []).filter((upload) => isAbout(letter, upload)),
        ),
      ),
    ],
    strayLetters() {
      const strays = letters;
      letters = [];
      return strays;
    },
    pending: () => [...pending.values()].flat(),
  };
}

function fateOf(upload: Upload, { type, data }: ManifestEvent): Ending["fate"] {
  if (type === "image.removed") return "deleted";
  if (data.source.sequencer !== null && data.source.sequencer !== upload.sequencer) return "superseded";
  return type === "image.processed" ? "processed" : "rejected";
}

function toEnding(event: ManifestEvent): Ending {
  const ending = {
    key: event.subject,
    reason: null,
    reasonText: null,
    manifestKey: event.data.manifest.key,
    renditions: [],
    upload: null,
  };
  switch (event.type) {
    case "image.processed":
      return {
        ...ending,
        fate: "processed",
        status: "processed",
        renditions: event.data.renditions,
        bytes: event.data.source.size,
      };
    case "image.rejected": {
      const { reason, reasonText, source } = event.data;
      return { ...ending, fate: "rejected", status: "rejected", reason, reasonText, bytes: source.size };
    }
    case "image.removed":
      return { ...ending, fate: "deleted", status: "deleted", bytes: null };
  }
}

function noManifest(upload: Upload) {
  return {
    key: upload.key,
    status: null,
    reason: null,
    manifestKey: null,
    renditions: [],
    bytes: upload.bytes,
    upload,
  };
}
