import type { RekognitionChoice } from "../rekognition/rekognition.ts";

/** The options of `npx pipeline start`. */
export interface Options {
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
}
