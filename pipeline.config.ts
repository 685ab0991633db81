import { definePipeline } from "@image-pipeline/schema/config";

/** The one file you edit. `npx pipeline synth` reports every error in it at once, with its path. */
export default definePipeline({
  presets: {
    thumb: { width: 160, height: 160, fit: "cover", formats: ["avif"] },
    small: { width: 320, formats: ["avif"] },
    // What moves keeps moving, as WebP; a picture that stands still gets no such file.
    medium: { width: 640, formats: ["avif", { format: "webp", animated: "only" }] },
    // JPEG in one size, for the few readers without AVIF: each file costs a write (docs/cost.md has the price).
    large: { width: 1280, formats: ["avif", "jpeg"] },
    full: { width: 2048, formats: ["avif"] },
  },
  limits: {
    maxBytes: 100 * 1024 * 1024, // JPEGs of phones with 200 megapixels
    maxFrames: 100,
    maxTotalPixels: 100_000_000,
    maxRenderSeconds: 35,
  },
  uploads: {
    prefix: "",
    suffixes: [], // every key; the bytes decide the type. [".jpg"] for those alone.
  },
  // Less memory is less CPU: a picture takes longer, and costs less, as nothing is paid for CPU that waits (docs/cost.md).
  worker: { memoryMegabytes: 1024, timeoutSeconds: 60, maximumConcurrency: 10 },
  // Two traces an image, which tell no more than the logs, would be a sixth of its price.
  xray: false,
  environments: {
    // Alarms and dashboard are most of an idle environment's cost.
    dev: {
      logRetentionDays: 30,
      destroyBucketsWithObjects: true,
      alarms: { enabled: false },
      dashboard: false,
    },
    prod: {
      worker: { maximumConcurrency: 50 },
      // Replace this by email, topicArns, slack or teams: without either, synth refuses an environment named prod.
      alarms: { unattended: true },
    },
  },
});
