import { addressOf } from "@image-pipeline/client";

/** The presets of `pipeline.config.ts` that have the picture's own proportions, by their width. */
const PRESETS = { 320: "small", 640: "medium", 1280: "large", 2048: "full" };

/** The address of an upload's key in a width of `deviceSizes`. The delivery chooses the format by the `Accept` header. */
export default function imageLoader({ src, width }) {
  return addressOf(src, PRESETS[width] ?? "full", { baseUrl: process.env.NEXT_PUBLIC_IMAGES_URL });
}
