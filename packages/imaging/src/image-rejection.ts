import type { Facts, RejectionReason } from "@image-pipeline/schema/manifest";

type SomeFacts = { [Name in keyof Facts]?: Facts[Name] | undefined };

/** A picture that can never be processed. Its message is one line, with the numbers, for the owner of the picture. */
export class ImageRejection extends Error {
  override readonly name = "ImageRejection";
  readonly reason: RejectionReason;
  readonly facts: SomeFacts;

  constructor(
    reason: RejectionReason,
    message: string,
    { facts = {}, cause }: { facts?: SomeFacts; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.reason = reason;
    this.facts = facts;
  }

  /** Returns the same rejection with more facts of the picture. */
  with(facts: SomeFacts): ImageRejection {
    return new ImageRejection(this.reason, this.message, {
      facts: { ...facts, ...this.facts },
      cause: this.cause,
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
  const words = cause instanceof Error ? cause.message : String(cause);
  const detail = words.replaceAll(/\s+/g, " ").trim().slice(0, MAX_DETAIL_CHARACTERS);
  return new ImageRejection(
    "CORRUPT_IMAGE",
    `The ${format} picture ${problem} (${detail}). Export it again from its original, then upload it.`,
    { cause },
  );
}
