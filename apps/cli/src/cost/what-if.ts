import { type Pipeline, Preset, type Presets } from "@image-pipeline/schema/config";
import { OutputFormat } from "@image-pipeline/schema/manifest";
import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";
import { didYouMean } from "../program/did-you-mean.ts";
import { type EstimateOptions, estimateCost } from "./estimate-cost.ts";
import type { Saving } from "./json.ts";
import { outputsOf } from "./render-work.ts";

/** The changes that flags ask for. */
export interface Changes {
  formats?: string | undefined;
  presets?: string | undefined;
  architecture?: "arm64" | "x86_64" | undefined;
  memory?: number | undefined;
  encryption?: "kms" | "sse-s3" | undefined;
  region?: string | undefined;
  batchSize?: number | undefined;
  xray?: "on" | "off" | undefined;
}

/** Returns the settings with the changes. @throws {UserFault} for an unknown preset or format */
export function withChanges(pipeline: Pipeline, changes: Changes): Pipeline {
  const { formats, presets, architecture, memory, encryption, region, batchSize, xray } = changes;
  return {
    ...pipeline,
    presets: toPresets(pipeline.presets, { formats, presets }),
    architecture: architecture ?? pipeline.architecture,
    encryption: encryption ?? pipeline.encryption,
    region: region ?? pipeline.region,
    xray: xray === undefined ? pipeline.xray : xray === "on",
    worker: {
      ...pipeline.worker,
      memoryMegabytes: memory ?? pipeline.worker.memoryMegabytes,
      batchSize: batchSize ?? pipeline.worker.batchSize,
    },
  };
}

function toPresets(all: Presets, { formats, presets }: Pick<Changes, "formats" | "presets">): Presets {
  const names = presets?.split(",") ?? Object.keys(all);
  const chosen = names.map((name): [string, Preset] => {
    const preset = all[name];
    if (!preset)
      throw new UserFault(`unknown preset "${name}": ${didYouMean(name, Object.keys(all))}`, USAGE);
    return [name, formats === undefined ? preset : withFormats(preset, formats.split(","))];
  });
  return Object.fromEntries(chosen);
}

/** Keeps the options of the formats that the preset has; others get their defaults. */
function withFormats(preset: Preset, formats: readonly string[]): Preset {
  const outputs = formats.map((format) => {
    const parsed = OutputFormat.safeParse(format);
    if (!parsed.success)
      throw new UserFault(`unknown format "${format}": ${didYouMean(format, OutputFormat.options)}`, USAGE);
    const isStill = (output: Preset["formats"][number]) =>
      !("animated" in output && output.animated === "only");
    return preset.formats.find((output) => output.format === format && isStill(output)) ?? parsed.data;
  });
  return Preset.parse({ ...preset, formats: outputs });
}

interface Idea {
  change: string;
  loses: string;
  settings: Pipeline;
}

/** Ranks single changes of the settings by the price of a million images that each would save; a negative saving costs more. */
export function rankSavings(pipeline: Pipeline, options: EstimateOptions = {}): Saving[] {
  const now = estimateCost(pipeline, options).perMillion.usd;
  return [...withoutFiles(pipeline), ...otherSettings(pipeline)]
    .map(({ change, loses, settings }) => {
      const usd = estimateCost(settings, options).perMillion.usd;
      return { change, loses, usd, saves: now - usd };
    })
    .sort((a, b) => b.saves - a.saves);
}

/** Every file of every preset left out, unless nothing would be left. */
function withoutFiles(pipeline: Pipeline): Idea[] {
  const files = outputsOf(pipeline.presets);
  if (files.length < 2) return [];
  return files.map(([name, preset, output]) => {
    const formats = preset.formats.filter((one) => one !== output);
    const { [name]: _gone, ...others } = pipeline.presets;
    const isEmpty = outputsOf({ [name]: { ...preset, formats } }).length === 0;
    const presets = isEmpty ? others : { ...pipeline.presets, [name]: { ...preset, formats } };
    return {
      change: `without ${name}.${output.format}`,
      loses: isEmpty ? `the preset ${name}` : `${output.format} for readers of ${name}`,
      settings: { ...pipeline, presets },
    };
  });
}

const OTHER_MEMORY = [1024, 1536, 1769, 3008];

function otherSettings(pipeline: Pipeline): Idea[] {
  const idea = (change: string, loses: string, changes: Changes) => ({
    change,
    loses,
    settings: withChanges(pipeline, changes),
  });
  const { architecture, encryption, worker, xray } = pipeline;
  const isArm = architecture === "arm64";
  const isKms = encryption === "kms";
  return [
    idea(`--architecture ${isArm ? "x86_64" : "arm64"}`, "nothing of the pictures", {
      architecture: isArm ? "x86_64" : "arm64",
    }),
    idea(
      `--encryption ${isKms ? "sse-s3" : "kms"}`,
      isKms ? "a key of your own, its policy and its log" : "nothing",
      { encryption: isKms ? "sse-s3" : "kms" },
    ),
    idea(`--xray ${xray ? "off" : "on"}`, xray ? "the traces; logs and metrics stay" : "nothing", {
      xray: xray ? "off" : "on",
    }),
    idea("--batch-size 10", "other images of its batch wait for a slow one", { batchSize: 10 }),
    ...OTHER_MEMORY.filter((memory) => memory !== worker.memoryMegabytes).map((memory) =>
      idea(
        `--memory ${memory}`,
        memory < worker.memoryMegabytes ? "time: CPU is in proportion to memory" : "nothing",
        { memory },
      ),
    ),
  ];
}
