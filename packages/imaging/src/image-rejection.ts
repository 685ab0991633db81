import type { Facts, RejectionReason } from "@image-pipeline/schema/manifest";
import { toCleanText } from "@image-pipeline/schema/plain-text";

type SomeFacts = { [Name in keyof Facts]?: Facts[Name] | undefined };

/** A picture that can never be processed. Its message is one line, with the numbers, for the owner of the picture. */
export class ImageRejection extends Error {
  override readonly name = "ImageRejection";
  readonly reason: RejectionReason;
  readonly facts: SomeFacts;
  /** True if no check of ours foresaw the error: the picture is rejected, and the cause may be a bug of ours. */
  readonly isUnexpected: boolean;

  constructor(
    reason: RejectionReason,
    message: string,
    {
      facts = {},
      cause,
      isUnexpected = false,
    }: { facts?: SomeFacts; cause?: unknown; isUnexpected?: boolean } = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.reason = reason;
    this.facts = facts;
    this.isUnexpected = isUnexpected;
  }

  /** Returns the same rejection with more facts of the picture. */
  with(facts: SomeFacts): ImageRejection {
    return new ImageRejection(this.reason, this.message, {
      facts: { ...facts, ...this.facts },
      cause: this.cause,
      isUnexpected: this.isUnexpected,
    });
  }
}

const MAX_DETAIL_CHARACTERS = 160;

/**
 * Returns the rejection of a damaged picture, with the details, or the decoder's message, in brackets.
 *
 * @param problem a clause that follows the format's name
 */
export function corruptImage(format: Facts["format"], problem: string, cause: unknown): ImageRejection {
  return new ImageRejection(
    "CORRUPT_IMAGE",
    `The ${format} picture ${problem} (${detailOf(cause)}). Export it again from its original, then upload it.`,
    { cause },
  );
}

/** Returns the rejection of a kind of an accepted format that is not decoded, by its name. */
export function unsupportedKind(kind: string): ImageRejection {
  return new ImageRejection(
    "UNSUPPORTED_FORMAT",
    `${kind} is not accepted. Export it as a JPEG or a PNG, then upload it.`,
  );
}

/** Returns an error's message as one short line. Decoders repeat a line for each part of a picture. */
export function detailOf(cause: unknown): string {
  const words = cause instanceof Error ? cause.message : String(cause);
  const lines = new Set(words.split("\n").map((line) => line.replaceAll(/\s+/g, " ").trim()));
  return toCleanText([...lines].join(" "), MAX_DETAIL_CHARACTERS);
}
