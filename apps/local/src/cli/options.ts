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
  /** Opens the console (default: there is none). */
  openConsole?: OpenConsole;
}

/**
 * Starts the console of the runtime at an endpoint, in a process of its own.
 *
 * @returns undefined when it cannot be started
 */
export type OpenConsole = (endpoint: string) => Promise<OpenedConsole | undefined>;
export interface OpenedConsole {
  address: string;
  end(): void;
}

/** A function by its short name, such as `worker`, and the debugger's port: 0 for any free one. */
export interface Inspect {
  functionName: string;
  port: number;
}
