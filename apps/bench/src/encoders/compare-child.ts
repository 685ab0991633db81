import sharp from "sharp";
import type { Files, Scores } from "./compare-files.ts";
import { QUALITY_METRICS } from "./quality-metrics.ts";
import type { Rgb } from "./ssimulacra2.ts";

/** The program of the child process: it compares two files, and ends. */

/** The metrics compare windows of a picture, in several sizes: of a smaller picture they say nothing. */
const LEAST_SIDE = 64;

process.once("message", async (message) => {
  if (!isFiles(message)) throw new Error("the message has no two files");
  const { original, made } = message;
  const [reference, pixels] = [await toRgb(original), await toRgb(made)];
  const isTiny = Math.min(pixels.width, pixels.height) < LEAST_SIDE;
  const metrics = isTiny ? [] : QUALITY_METRICS.filter(({ upTo }) => pixels.width <= upTo);
  const scores: Scores = Object.fromEntries(
    metrics.map(({ name, score }) => [name, score(reference, pixels)]),
  );
  process.send?.(scores, () => process.disconnect());
});

function isFiles(message: unknown): message is Files {
  const { original, made } = { original: null, made: null, ...Object(message) };
  return original instanceof Uint8Array && made instanceof Uint8Array;
}

async function toRgb(file: Uint8Array): Promise<Rgb> {
  const pixels = sharp(file).flatten({ background: "#ffffff" }).toColourspace("srgb");
  const { data, info } = await pixels.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}
