import fc from "fast-check";

/**
 * An operation on one key. Contents that begin with `bad` are rejected, `killer` kills the function. A purge
 * deletes the oldest version that is not current, as a lifecycle rule does. A backfill has the existing object processed again.
 */
export type Operation = Happening | { key: string; backfill: true };
/** An operation for which S3 sends an event. */
export type Happening = { key: string } & ({ upload: string } | { delete: true } | { purge: true });

/** Everything a run depends on, besides the scheduler's order. */
export interface Plan {
  versioned: boolean;
  /** True if events have sequencers; otherwise their times are the order. */
  sequenced: boolean;
  operations: Operation[];
  /** The world's choices (duplicates, faults, crashes), one number each; after the last one, 0: nothing bad. */
  choices: number[];
}

/** `a` and `a/b` find code that takes one for a prefix of the other. */
const key = fc.constantFrom("a", "a/b", "c d+e.jpg");
const content = fc.constantFrom("good 1", "good 2", "good 3", "bad 1", "killer 1");

const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ key, upload: content }) },
  { weight: 2, arbitrary: fc.record({ key, delete: fc.constant<true>(true) }) },
  { weight: 1, arbitrary: fc.record({ key, purge: fc.constant<true>(true) }) },
  { weight: 2, arbitrary: fc.record({ key, backfill: fc.constant<true>(true) }) },
);

/** Mostly nothing bad, so that runs get far; sometimes any of the bad things there are. */
const choice = fc.oneof(
  { weight: 9, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 39 }) },
);

export const plan: fc.Arbitrary<Plan> = fc.record({
  versioned: fc.boolean(),
  sequenced: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
  operations: fc.array(operation, { minLength: 1, maxLength: 6 }),
  choices: fc.array(choice, { maxLength: 120, size: "max" }),
});
