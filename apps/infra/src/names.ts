export { type Names, toNames } from "@image-pipeline/schema/names";

/** The environment whose stack ids have no suffix; neither have those of `local`, this machine's own. */
export const DEFAULT_ENVIRONMENT = "dev";

/** Returns a name as a construct id: `image-pipeline` as `ImagePipeline`. */
export function toPascal(name: string): string {
  return name.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());
}

/** Returns `image-pipeline-core`, or `image-pipeline-core-prod` for an environment other than the default and local. */
export function toStackId(
  part: "core" | "workflow" | "delivery" | "notifications",
  environment: string,
): string {
  const isPlain = environment === DEFAULT_ENVIRONMENT || environment === "local";
  return `image-pipeline-${part}${isPlain ? "" : `-${environment}`}`;
}
