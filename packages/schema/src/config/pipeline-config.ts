import { ConfigError, faultsOf } from "./config-faults.ts";
import { Environments, Settings, type SettingsInput } from "./pipeline-settings.ts";

/** The settings an environment has of its own; a nested value replaces the shared one key by key, a preset as a whole. */
type Overrides = {
  [K in Exclude<keyof SettingsInput, "architecture">]?: K extends "presets"
    ? SettingsInput[K]
    : Partial<NonNullable<SettingsInput[K]>> | Extract<SettingsInput[K], null>;
};
export type PipelineInput = SettingsInput & { environments: Record<string, Overrides> };

/** One environment's settings, complete: what the stacks are built from. */
export type Pipeline = Settings & { environment: string };

/**
 * Checks the whole config, every environment of it, and reports all faults at once.
 *
 * @returns the settings of each environment by its name
 * @throws {ConfigError} with one line per fault
 */
export function definePipeline(input: PipelineInput): ReadonlyMap<string, Pipeline> {
  const { environments, ...shared } = input;
  const faults = [
    ...faultsOf(Settings.safeParse(shared)),
    ...faultsOf(Environments.safeParse({ environments })),
  ];
  const pipelines = new Map<string, Pipeline>();
  for (const [environment, overrides] of Object.entries(environments ?? {})) {
    if (!isPlainObject(overrides)) continue;
    const parsed = Settings.safeParse(merge(shared, overrides));
    if (parsed.success) pipelines.set(environment, { ...parsed.data, environment });
    const own = faultsOf(parsed).filter((fault) => !faults.includes(fault));
    faults.push(...own.map((fault) => `environments.${environment}.${fault}`));
  }
  if (faults.length > 0) throw new ConfigError(toReport(faults));
  return pipelines;
}

/**
 * @param environment a name from the config, `local` for this machine with the first environment's settings, or
 *   `local:prod` for this machine with prod's
 * @throws {ConfigError} naming the environments there are
 */
export function pipelineFor(pipelines: ReadonlyMap<string, Pipeline>, environment: string): Pipeline {
  const [first] = pipelines.values();
  const [place, ...settings] = environment.split(":");
  const pipeline = pipelines.get(settings.length > 0 ? settings.join(":") : environment);
  if (place === "local" && settings.length > 0 && pipeline) return toLocal(pipeline);
  if (pipeline) return pipeline;
  if (environment === "local" && first) return toLocal(first);
  throw new ConfigError(
    `there is no environment "${environment.replace(/^local:/, "")}" in pipeline.config.ts: it has ${[...pipelines.keys()].join(", ")}`,
  );
}

/** As on AWS, but with this machine's CPU and every feature that costs nothing here. */
function toLocal(pipeline: Pipeline): Pipeline {
  const { labels, moderation } = pipeline.analysis;
  return {
    ...pipeline,
    environment: "local",
    architecture: process.arch === "arm64" ? "arm64" : "x86_64",
    analysis: { ...pipeline.analysis, enabled: labels.enabled || moderation.enabled },
    workflow: { ...pipeline.workflow, enabled: true },
  };
}

function toReport(faults: readonly string[]): string {
  const count = faults.length === 1 ? "a fault" : `${faults.length} faults`;
  return [`pipeline.config.ts has ${count}:`, ...faults.map((fault) => `  ${fault}`)].join("\n");
}

function merge(shared: Record<string, unknown>, overrides: Record<string, unknown>): Record<string, unknown> {
  const out = { ...shared };
  for (const [key, value] of Object.entries(overrides)) {
    const base = shared[key];
    const isNested = isPlainObject(value) && (base === undefined || isPlainObject(base));
    out[key] = isNested ? { ...base, ...value } : value;
  }
  return out;
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
