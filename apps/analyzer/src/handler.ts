import { queueFunction, taskFunction } from "@image-pipeline/lambda-kit";
import { AnalysisTaskEnvironment, AnalyzerEnvironment } from "@image-pipeline/schema/environment";
import { analysisEvents } from "./analysis-events.ts";
import { analyzerParts, decodingParts } from "./analyzer-parts.ts";
import { analyseTask, quarantineTask } from "./workflow-tasks.ts";

const analyzer = { service: "analyzer", parts: decodingParts };
const task = { service: "analyzer", parts: analyzerParts, environment: AnalysisTaskEnvironment };

/** Handles messages of the analysis queue. */
export const handler = queueFunction("handler", {
  ...analyzer,
  environment: AnalyzerEnvironment,
  queueUrl: ({ ANALYSIS_QUEUE_URL }) => ANALYSIS_QUEUE_URL,
  consumer: analysisEvents,
});

/** The two tasks of the workflow. */
export const analyse = taskFunction("analyse", { ...task, parts: decodingParts, run: analyseTask });
export const quarantine = taskFunction("quarantine", { ...task, run: quarantineTask });
