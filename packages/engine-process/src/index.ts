export { type EngineProcess, engineProcess } from "./engine-process.ts";
export { startChild } from "./render-child.ts";
