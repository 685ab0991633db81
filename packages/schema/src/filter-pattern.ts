/** A test of one value, as SNS filter policies and EventBridge patterns both write it; a list of them means any. */
export type ValueTest =
  | string
  | { exists: boolean }
  | { prefix: string }
  | { "anything-but": { prefix: string } }
  | { numeric: readonly ["<" | ">=", number] | readonly [">=", number, "<", number] };

/** An EventBridge pattern: every field named must pass, at whatever depth. */
export interface EventPattern {
  readonly [field: string]: readonly ValueTest[] | EventPattern;
}

/** The largest number that SNS compares (docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html). */
export const LARGEST_FILTERED_NUMBER = 1_000_000_000;

/** Characters that no message attribute may hold, as XML 1.0 lacks them (SNS API_Publish, SQS API_SendMessage). */
const NOT_IN_ATTRIBUTES = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** Text as an attribute takes it: what it does not take becomes U+FFFD. */
export function toAttributeText(text: string): string {
  return text.replace(NOT_IN_ATTRIBUTES, "\ufffd");
}
