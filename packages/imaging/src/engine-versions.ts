/**
 * The versions that decide the pixels, and so belong to the recipe. They are written down, not asked of sharp, so that a process
 * that renders nothing does not load it; `engine.ts` and its test compare them with the installed ones.
 */
export const ENGINE = {
  sharp: "0.35.5",
  libvips: "8.18.7",
  /** Must be raised when this package makes other pixels, or accepts other pictures, than before. */
  revision: "5",
} as const;
