export { type Names, toNames } from "@image-pipeline/schema/config";

/** The environment whose stacks go without a suffix, as does `local`, this machine's own. */
export const DEFAULT_ENVIRONMENT = "dev";

/** `image-pipeline` as `ImagePipeline`: a name as a construct's id. */
export function toPascal(name: string): string {
  return name.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
}

/** `image-pipeline-core`, or `image-pipeline-core-prod` for an environment that is neither the default nor local. */
export function toStackId(part: "core" | "workflow" | "notifications", environment: string): string {
  const isPlain = environment === DEFAULT_ENVIRONMENT || environment === "local";
  return `image-pipeline-${part}${isPlain ? "" : `-${environment}`}`;
}
