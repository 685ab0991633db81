import type { Analysis } from "@image-pipeline/schema/analysis";
import type { Manifest } from "@image-pipeline/schema/manifest";
import type { LogLine } from "../logs/log-line.ts";
import type { LetterOfImage, QueuedMessage, SourceVersion, Story, Unread } from "./story.ts";

export interface ManifestVersion {
  versionId: string | null;
  manifest: Manifest | "unreadable";
}

/** Log lines about an image, with the price of the search. */
export interface FoundLines {
  lines: LogLine[];
  /** Milliseconds since 1970. */
  from: number;
  bytesScanned: number | null;
  usd: number | null;
}

/** Everything that the pipeline left behind about one key, before any judgement. */
export interface Traces {
  bucket: string;
  processedBucket: string;
  key: string;
  /** Milliseconds since 1970. */
  now: number;
  /** The options that a next command needs, such as `--environment prod`. */
  target: string;
  /** False if the config excludes the key. */
  isProcessedKey: boolean;
  /** True if the source has the mark of a rendition. */
  isGenerated: boolean;
  /** Newest first. */
  versions: SourceVersion[];
  /** Newest first. */
  manifests: ManifestVersion[];
  analysis: Analysis | null;
  logs: FoundLines;
  messages: QueuedMessage[];
  /** False on AWS, which shows a queue's messages only to a consumer. */
  messagesAreComplete: boolean;
  deadLetters: LetterOfImage[];
  /** The queue's settings. */
  retentionSeconds: number;
  visibilitySeconds: number;
  check: Story["check"];
  unread: Unread[];
  nearKeys: string[];
}
