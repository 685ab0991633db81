import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A value in a stack's JSON that two toolchains write differently. */
export interface Difference {
  /** `<stack>: resource.aws_lambda_function.<name>.runtime` */
  path: string;
  before: unknown;
  after: unknown;
}

/** Returns every leaf that is not the same in the stacks of two folders, and every leaf that only one of them has. */
export function compareStacks(before: string, after: string): Difference[] {
  const [one, other] = [leavesOf(before), leavesOf(after)];
  const paths = [...new Set([...one.keys(), ...other.keys()])];
  return paths
    .filter((path) => one.get(path) !== other.get(path))
    .map((path) => ({ path, before: one.get(path), after: other.get(path) }));
}

/** Returns the types of all resources and data sources of a folder's stacks. */
export function typesOf(folder: string): Set<string> {
  const types = [...leavesOf(folder).keys()].map((path) => /: (resource|data)\.(\w+)/.exec(path));
  return new Set(types.flatMap((match) => (match ? [`${match[1]}.${match[2]}`] : [])));
}

function leavesOf(folder: string): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  for (const file of globSync("*/stacks/*/cdk.tf.json", { cwd: folder }).sort())
    addLeaves(
      `${file.replace("/cdk.tf.json", "")}: `,
      JSON.parse(readFileSync(join(folder, file), "utf8")),
      leaves,
    );
  return leaves;
}

function addLeaves(path: string, value: unknown, leaves: Map<string, unknown>): void {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) {
    leaves.set(path, typeof value === "object" ? JSON.stringify(value) : value);
    return;
  }
  const separator = path.endsWith(" ") ? "" : ".";
  for (const [key, child] of Object.entries(value)) addLeaves(`${path}${separator}${key}`, child, leaves);
}
