export { type Names, toNames } from "@image-pipeline/schema/config";

/** The environment whose stacks go without a suffix, as does `local`, this machine's own. */
export const DEFAULT_ENVIRONMENT = "dev";

/** `image-pipeline-core`, or `image-pipeline-core-prod` for an environment that is neither the default nor local. */
export function toStackId(part: "core" | "notifications", environment: string): string {
  const isPlain = environment === DEFAULT_ENVIRONMENT || environment === "local";
  return `image-pipeline-${part}${isPlain ? "" : `-${environment}`}`;
}
