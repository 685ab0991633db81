import type { MessageAttributeName } from "@image-pipeline/schema";

type Value = string | number;

/** What an attribute may be (docs.aws.amazon.com/sns/latest/dg/string-value-matching.html and its neighbours). */
export type Condition =
  | Value
  | { exists: boolean }
  | { prefix: string }
  | { suffix: string }
  | { "equals-ignore-case": string }
  | { "anything-but": Value | readonly Value[] | { prefix: string } | { suffix: string } }
  | { numeric: NumericRange };
type NumericRange =
  | readonly ["=" | Above | Below, number]
  | readonly [lower: Above, number, upper: Below, number];
type Above = ">" | ">=";
type Below = "<" | "<=";

/**
 * Which messages of a topic reach a subscriber, by their attributes: every attribute named must meet one of its
 * conditions. SNS drops all others without a word, so an attribute that no message carries does not compile.
 */
export type FilterPolicy = Readonly<Partial<Record<MessageAttributeName, readonly Condition[]>>>;
