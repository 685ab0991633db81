import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "./config-error.ts";
import { problemOfFont } from "./fonts.ts";
import { problemOfLogo } from "./logos.ts";
import type { Pipeline } from "./pipeline-config.ts";
import type { Watermark } from "./watermark.ts";

/** A file in the config's folder that the functions' zips contain at the same path. */
export interface ConfigFile {
  /** The path from the config's folder, such as `logos/logo.png`. */
  path: string;
  /** The hash of its content; undefined before `withFileHashes`. */
  hash: string | undefined;
}

interface Kind {
  setting: "image" | "font";
  maxBytes: number;
  file(watermark: Watermark): ConfigFile | undefined;
  withHash(watermark: Watermark, hash: string): Watermark;
  /** Returns the reason why a file cannot be used, as a clause that follows its path. */
  problemOf(file: Buffer, watermark: Watermark): string | undefined;
}

const KINDS: readonly Kind[] = [
  {
    setting: "image",
    maxBytes: 1_000_000,
    file: ({ image, imageHash }) =>
      image === undefined ? undefined : { path: `logos/${image}`, hash: imageHash },
    withHash: (watermark, imageHash) => ({ ...watermark, imageHash }),
    problemOf: problemOfLogo,
  },
  {
    setting: "font",
    maxBytes: 10_000_000,
    file: ({ font, fontHash }) =>
      font === undefined ? undefined : { path: `fonts/${font}`, hash: fontHash },
    withHash: (watermark, fontHash) => ({ ...watermark, fontHash }),
    problemOf: (file, { text = "" }) => problemOfFont(file, text),
  },
];

/** Returns the logos and fonts of a pipeline's presets. */
export function filesOf({ presets }: Pick<Pipeline, "presets">): ConfigFile[] {
  return Object.values(presets).flatMap(({ watermark }) =>
    watermark ? KINDS.flatMap((kind) => kind.file(watermark) ?? []) : [],
  );
}

/**
 * Returns the pipelines with the hash of each file's content, so that another content is another recipe.
 *
 * @param folder the folder of the config
 * @throws {ConfigError} with one line for a file that is missing, too large or damaged
 */
export function withFileHashes(
  pipelines: ReadonlyMap<string, Pipeline>,
  folder: string,
): ReadonlyMap<string, Pipeline> {
  return new Map([...pipelines].map(([name, pipeline]) => [name, withHashes(pipeline, folder)]));
}

function withHashes(pipeline: Pipeline, folder: string): Pipeline {
  const presets = Object.entries(pipeline.presets).map(([name, preset]) => {
    const { watermark } = preset;
    if (!watermark) return [name, preset] as const;
    const hashed = KINDS.reduce((one, kind) => hashKind(kind, one, { folder, preset: name }), watermark);
    return [name, { ...preset, watermark: hashed }] as const;
  });
  return { ...pipeline, presets: Object.fromEntries(presets) };
}

/** Returns the hash of a file's content, in 32 hexadecimal digits: the functions get it in a variable of few bytes. */
export function fileHash(file: Uint8Array): string {
  return createHash("sha256").update(file).digest("hex").slice(0, 32);
}

function hashKind(kind: Kind, watermark: Watermark, at: { folder: string; preset: string }): Watermark {
  const file = kind.file(watermark);
  if (!file) return watermark;
  const fault = (problem: string) =>
    new ConfigError(
      `pipeline.config.ts: presets.${at.preset}.watermark.${kind.setting}: ${file.path} ${problem}`,
    );
  const path = join(at.folder, file.path);
  const size = statSync(path, { throwIfNoEntry: false });
  if (!size?.isFile()) throw fault(`is missing from the folder of the config`);
  if (size.size > kind.maxBytes) throw fault(`has ${size.size} bytes, more than ${kind.maxBytes}`);
  const content = readFileSync(path);
  const problem = kind.problemOf(content, watermark);
  if (problem) throw fault(problem);
  return kind.withHash(watermark, fileHash(content));
}
