import { z } from "zod";

export type Input = Readonly<Record<string, unknown>>;
/** A call of an AWS API in any protocol. */
export interface Operation {
  /** The prefix of the service's actions, such as `cloudwatch`. */
  service: string;
  action: string;
  input: Input;
}

const Json = z.record(z.string(), z.unknown());

/** Returns the body's properties; none for an empty body. */
export function toJson(body: string): Input {
  return body === "" ? {} : Json.parse(JSON.parse(body));
}

/** Returns a text of the input, or "" if it has none of this name. */
export function textIn(input: Input, name: string): string {
  const value = input[name];
  return typeof value === "string" ? value : "";
}

export function textsIn(input: Input, name: string): string[] {
  const value = input[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
