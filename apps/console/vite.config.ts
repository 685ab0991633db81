import { defineConfig } from "vite";

/** The page as static files; its server forbids inline scripts, so nothing is inlined. */
export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: { target: "es2023", assetsInlineLimit: 0, modulePreload: { polyfill: false } },
});
