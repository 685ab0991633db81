import type { RekognitionChoice } from "../rekognition/rekognition.ts";

/** The options of `npx pipeline start`. */
export interface Options {
  /** Files and folders to upload, in place of the sample photographs. */
  paths: readonly string[];
  samples: boolean;
  out: string | undefined;
  exit: boolean;
  json: boolean;
  port: number | undefined;
  dataDir: string | undefined;
  /** The URL that result events are delivered to. */
  webhook: string | undefined;
  rekognition: RekognitionChoice;
  /** Whose settings run; undefined for those of the first environment in pipeline.config.ts. */
  environment: string | undefined;
  /** Functions that a debugger can attach to. */
  inspect: readonly Inspect[];
  watch: boolean;
  /** The folder in `examples` of the web application that runs beside the pipeline. */
  example: string | undefined;
}

/** A function by its short name, such as `worker`, and the debugger's port: 0 for any free one. */
export interface Inspect {
  functionName: string;
  port: number;
}
