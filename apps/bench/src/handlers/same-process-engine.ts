import { renderForAnalysis, renderImage } from "@image-pipeline/imaging";

/** The engine in the function's own process, in the place of the one in a child: what the child costs is measured against it. */
export function engineProcess() {
  return { start() {}, render: renderImage, renderForAnalysis, close() {} };
}
