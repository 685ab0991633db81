import type { Facts, RejectionReason } from "@image-pipeline/schema";

/** A picture that can never be processed. Its message is one line, with the numbers, for the owner of the picture. */
export class ImageRejection extends Error {
  override readonly name = "ImageRejection";
  readonly reason: RejectionReason;
  readonly facts: Partial<Facts>;

  constructor(
    reason: RejectionReason,
    message: string,
    { facts = {}, cause }: { facts?: Partial<Facts>; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.reason = reason;
    this.facts = facts;
  }

  /** The same rejection, with what else was known of the picture by then. */
  with(facts: Partial<Facts>): ImageRejection {
    return new ImageRejection(this.reason, this.message, {
      facts: { ...facts, ...this.facts },
      cause: this.cause,
    });
  }
}
