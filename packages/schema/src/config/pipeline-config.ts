import type * as z from "zod";
import { ConfigError, parseSettings, toSuggestion } from "./config-error.ts";
import { Environments, Settings, type SettingsInput, SharedSettings } from "./pipeline-settings.ts";
import { presetRuleErrors } from "./preset-rules.ts";
import { LOCAL_WEBHOOK } from "./webhooks.ts";

/** The settings of one environment; they replace the shared ones key by key, except that a preset is replaced completely. */
type Overrides = {
  [K in Exclude<keyof SettingsInput, "architecture">]?: K extends "presets" | "presetRules"
    ? SettingsInput[K]
    : Partial<NonNullable<SettingsInput[K]>> | Extract<SettingsInput[K], null>;
};
export type PipelineInput = SettingsInput & { environments: Record<string, Overrides> };

/** The complete settings of one environment, from which the stacks are built. */
export type Pipeline = Settings & { environment: string };

/**
 * Checks the config for every environment, and reports all errors at once.
 *
 * @returns the settings of each environment by its name
 * @throws {ConfigError} with one line per error
 */
export function definePipeline(input: PipelineInput): ReadonlyMap<string, Pipeline> {
  if (!isPlainObject(input)) throw new ConfigError(toReport(["config: must be an object of settings"]));
  const { environments, ...shared } = input;
  const errors = [
    ...parseAll(SharedSettings, input).errors,
    ...parseSettings(Environments, { environments }).errors,
  ];
  const pipelines = new Map<string, Pipeline>();
  for (const [environment, overrides] of Object.entries(environments ?? {})) {
    if (!isPlainObject(overrides)) continue;
    const { data, errors: all } = parseAll(Settings, merge(shared, overrides));
    if (data) pipelines.set(environment, { ...reserveConcurrency(data), environment });
    const own = all.filter((error) => !errors.includes(error));
    errors.push(...own.map((error) => `environments.${environment}.${error}`));
  }
  if (errors.length > 0) throw new ConfigError(toReport(errors));
  return pipelines;
}

/** Parses settings, and then checks those that depend on each other. */
function parseAll<Schema extends z.ZodType<Settings>>(schema: Schema, value: unknown) {
  const { data, errors } = parseSettings(schema, value);
  return { data, errors: data ? presetRuleErrors(data) : errors };
}

/** The environment of this machine. */
const LOCAL = "local";

/**
 * Returns the settings of an environment.
 *
 * @param environment a name from the config, `local` for this machine with the first environment's settings, or
 *   `local:prod` for this machine with prod's
 * @throws {ConfigError} naming the environments there are
 */
export function pipelineFor(pipelines: ReadonlyMap<string, Pipeline>, environment: string): Pipeline {
  if (environment === LOCAL) return pipelines.get(LOCAL) ?? toLocal(firstPipeline(pipelines));
  const isLocal = environment.startsWith(`${LOCAL}:`);
  const name = isLocal ? environment.slice(LOCAL.length + 1) : environment;
  const pipeline = pipelines.get(name);
  if (pipeline) return isLocal ? toLocal(pipeline) : pipeline;
  const names = [...pipelines.keys()];
  throw new ConfigError(
    `unknown environment "${name}"${toSuggestion(name, names)}: pipeline.config.ts has ${names.join(", ")}`,
  );
}

/** Returns the settings of the first environment in the config; `definePipeline` accepts no config without one. */
export function firstPipeline(pipelines: ReadonlyMap<string, Pipeline>): Pipeline {
  const [first] = pipelines.values();
  if (first) return first;
  throw new ConfigError("pipeline.config.ts has no environment: it must name at least one");
}

/** Returns settings for this machine: its CPU, and every part enabled that costs nothing here. */
function toLocal(pipeline: Pipeline): Pipeline {
  const { labels, moderation } = pipeline.analysis;
  return {
    ...pipeline,
    environment: "local",
    architecture: process.arch === "arm64" ? "arm64" : "x86_64",
    analysis: { ...pipeline.analysis, enabled: labels.enabled || moderation.enabled },
    workflow: { ...pipeline.workflow, enabled: true },
    alarms: { ...pipeline.alarms, enabled: true },
    dashboard: true,
    // Its bucket's policy names a distribution that only AWS has.
    delivery: { ...pipeline.delivery, enabled: true, distributionId: null },
    // Events of this machine never reach the receivers of an environment.
    webhooks: [LOCAL_WEBHOOK],
    // This machine has no VPC and no CodeDeploy.
    vpc: null,
    deployments: { canaryMinutes: null },
  };
}

function toReport(errors: readonly string[]): string {
  const count = errors.length === 1 ? "1 error" : `${errors.length} errors`;
  return [`pipeline.config.ts has ${count}:`, ...errors.map((error) => `  ${error}`)].join("\n");
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

/** Enough for a burst of uploads, since ingest only passes references. */
const INGEST_EXECUTIONS = 20;
/** One execution for each batch that the queue's poller has in flight. */
const POLLER = "maximumConcurrency";
/** Runs of the audit do not overlap. */
const AUDIT_EXECUTIONS = 1;
/** Executions of each step of the workflow. */
const STEP_EXECUTIONS = 10;

/** Returns the settings with the recommended reservation of every function that has none, if the config reserves executions. */
function reserveConcurrency(settings: Settings): Settings {
  if (!settings.reserveConcurrency) return settings;
  const { ingest, worker, backfill, analysis, audit, workflow } = settings;
  return {
    ...settings,
    ingest: { ...ingest, reservedConcurrency: ingest.reservedConcurrency ?? INGEST_EXECUTIONS },
    worker: { ...worker, reservedConcurrency: worker.reservedConcurrency ?? POLLER },
    backfill: { ...backfill, reservedConcurrency: backfill.reservedConcurrency ?? POLLER },
    analysis: { ...analysis, reservedConcurrency: analysis.reservedConcurrency ?? POLLER },
    audit: { ...audit, reservedConcurrency: audit.reservedConcurrency ?? AUDIT_EXECUTIONS },
    workflow: { ...workflow, reservedConcurrency: workflow.reservedConcurrency ?? STEP_EXECUTIONS },
  };
}
