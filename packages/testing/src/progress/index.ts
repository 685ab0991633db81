/** Deadlines of tests, which pass only if nothing makes progress any more. */
export { cpuSecondsOf } from "./cpu-seconds.ts";
export { ProgressDeadline } from "./progress-deadline.ts";
export { type Ended, type Program, type ProgramOptions, startProgram } from "./start-program.ts";
export { waitFor } from "./wait-for.ts";
export { whileProgressing } from "./while-progressing.ts";
