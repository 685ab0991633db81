import { join } from "node:path";

/** The built page: `index.html`, and its scripts and styles in `assets`. */
export const PAGE_FOLDER = join(import.meta.dirname, "dist");
