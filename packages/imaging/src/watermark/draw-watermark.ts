import type { Watermark } from "@image-pipeline/schema/config";
import type { Sharp } from "sharp";
import type { Size } from "../size.ts";
import { watermarkOverlay } from "./watermark-overlay.ts";

/**
 * Lays a watermark over an operation's outcome; over each frame, as the overlay has a frame's size and is tiled.
 *
 * @param size of one frame, in pixels
 */
export function drawWatermark(operation: Sharp, size: Size, watermark: Watermark | undefined): Sharp {
  if (!watermark) return operation;
  const { data, width, height, channels } = watermarkOverlay(size, watermark);
  return operation.composite([
    { input: data, raw: { width, height, channels }, tile: true, gravity: "northwest" },
  ]);
}
