import { join } from "node:path";
import { Limits, Presets } from "@image-pipeline/schema/config";
import { engineProcess, startChild } from "../src/index.ts";

/** A process with an engine at work, which a test kills. It prints a line as soon as the engine is at work. */
const engine = engineProcess(() => startChild(join(import.meta.dirname, "misbehaving-program.ts")));
const recipe = {
  presets: Presets.parse({ one: { width: 8, formats: ["png"] } }),
  limits: Limits.parse({ maxRenderSeconds: 3600 }),
};
await engine.render(Buffer.from("ready?"), recipe, () => {}).catch(() => "it answers, so it is ready");
engine.render(Buffer.from("sleep"), recipe, () => {});
setTimeout(() => process.stdout.write("at work\n"));
