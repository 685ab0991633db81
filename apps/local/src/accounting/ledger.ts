import { compareSequencers, type ManifestEvent, type Rendition } from "@image-pipeline/schema";

/** An upload as S3 announced it. */
export interface Upload {
  key: string;
  sequencer: string;
  bytes: number;
  /** Milliseconds since 1970. */
  at: number;
}

/** How an upload ended, or what became of an image that an earlier run or another client uploaded. */
export interface Ending {
  key: string;
  fate: "processed" | "rejected" | "deleted" | "superseded" | "failed" | "lost" | "ignored";
  /** The manifest's status, where there is one. */
  status: "processed" | "rejected" | "deleted" | null;
  reason: string | null;
  reasonText: string | null;
  manifestKey: string | null;
  renditions: readonly Rendition[];
  /** Of the source; null for a deleted one. */
  bytes: number | null;
  /** The upload that this run saw; null for an image from before. */
  upload: Upload | null;
}

/** Counts every upload until it has ended: nothing is settled because time has passed. */
export interface Ledger {
  uploaded(upload: Upload): void;
  result(event: ManifestEvent): void;
  /** An upload's event has ended in a dead-letter queue. */
  failed(event: { key: string; sequencer: string | null }, why: string): void;
  /** An upload of which there is no trace any more. */
  lost(upload: Upload): void;
  pending(): Upload[];
}

/** @param onEnding hears of each upload's end once, and of every other result */
export function ledger(onEnding: (ending: Ending) => void): Ledger {
  const pending = new Map<string, Upload[]>();
  const last = new Map<string, string | null>();

  function take(key: string, isEnded: (upload: Upload) => boolean): Upload[] {
    const uploads = pending.get(key) ?? [];
    const rest = uploads.filter((upload) => !isEnded(upload));
    if (rest.length > 0) pending.set(key, rest);
    else pending.delete(key);
    return uploads.filter(isEnded);
  }

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
    failed({ key, sequencer }, why) {
      const [upload] = take(key, (candidate) => candidate.sequencer === sequencer);
      if (upload) onEnding({ ...noManifest(upload), fate: "failed", reasonText: why });
    },
    lost(upload) {
      for (const ended of take(upload.key, ({ sequencer }) => sequencer === upload.sequencer))
        onEnding({
          ...noManifest(ended),
          fate: "lost",
          reasonText: "no event, message or result of it is left",
        });
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
