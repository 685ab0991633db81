import { Limits, Presets } from "@image-pipeline/schema/config";

/** The five widths of the shipped presets, in pixels. */
export const WIDTHS = [160, 320, 640, 1280, 2048] as const;

/** Both encoders at the settings that every contender can be given. */
export const QUALITY = 80;
export const WEBP_EFFORT = 4;

/** The shipped limits, but for the time: a busy machine may take long, and no benchmark is a test of that. */
export const LIMITS = Limits.parse({ maxRenderSeconds: 600 });

/** Five widths in WebP and JPEG, nothing cropped: what `vipsthumbnail` and ImageMagick can be asked for alike. */
export const SAME_SETTINGS = fiveWidths({ smartSubsample: false }, { chromaSubsampling: "4:2:0" });

/** The same as shipped: graphics keep their colours sharp, which takes longer. */
export const SHARP_COLOURS = fiveWidths({ smartSubsample: "auto" }, { chromaSubsampling: "auto" });

function fiveWidths(webp: object, jpeg: object): Presets {
  const formats = [
    { format: "webp", quality: QUALITY, effort: WEBP_EFFORT, ...webp },
    { format: "jpeg", quality: QUALITY, ...jpeg },
  ];
  return Presets.parse(Object.fromEntries(WIDTHS.map((width) => [`w${width}`, { width, formats }])));
}
