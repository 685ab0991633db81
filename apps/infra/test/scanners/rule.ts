import type { Stacks } from "../controls/control.ts";

/** A scanner's check as it decides over the synthesised JSON: it returns the addresses of the resources that fail. */
export type Rule = (stacks: Stacks) => string[];
export type Rules = Readonly<Record<string, Rule>>;
