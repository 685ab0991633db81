import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EdgeCors } from "./edge-cors.ts";

/** The runtime for which these texts are written (docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html). */
export const EDGE_RUNTIME = "cloudfront-js-2.0";

/** Values that a CloudFront Function needs, since it has no environment variables. */
export interface EdgeSettings {
  /** The upload bucket's name, which is part of an image's id. */
  bucket: string;
  cors: EdgeCors | null;
}

/** Returns the texts of the CloudFront Functions. */
export function edgeFunctions(settings: EdgeSettings) {
  return {
    viewerRequest: `const SETTINGS = ${JSON.stringify(settings)};\n${read("viewer-request.js")}`,
    viewerResponse: read("viewer-response.js"),
    refuse: read("refuse.js"),
  };
}

function read(file: string): string {
  return readFileSync(join(import.meta.dirname, file), "utf8");
}
