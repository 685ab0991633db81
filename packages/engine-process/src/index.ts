export { type EngineProcess, engineProcess } from "./engine-process.ts";
export { usageOf } from "./process-usage.ts";
export { startChild } from "./render-child.ts";
