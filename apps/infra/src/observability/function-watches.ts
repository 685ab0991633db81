import { toPascal } from "../names.ts";
import type { Watch } from "./watch.ts";

/** What goes off before Lambda stops a function: at the time-out itself it is an error already. */
const SLOW_SHARE = 0.8;
const MINUTE = { periodSeconds: 60, periods: { reached: 3, of: 5 } };
const AT_ONCE = { periodSeconds: 60, periods: { reached: 1, of: 1 } };
/** Lambda's own queue: older than this, ingest falls behind the uploads. */
const MAX_EVENT_AGE_MILLISECONDS = 5 * 60 * 1000;

export interface WatchedFunction {
  /** As alarm names call it, and construct ids in Pascal case. */
  name: string;
  functionName: string;
  timeoutSeconds: number;
}

/** Errors, throttles and time of a function. */
export function functionWatches({ name, functionName, timeoutSeconds }: WatchedFunction): Watch[] {
  const id = toPascal(name);
  const of = (metric: string, statistic: string) => measure(functionName, metric, statistic);
  return [
    {
      ...MINUTE,
      id: `${id}Errors`,
      name: `${name}-errors`,
      meaning: `The function ${name} keeps failing`,
      section: "function-errors",
      isSevere: true,
      measure: of("Errors", "Sum"),
      threshold: 1,
    },
    {
      ...MINUTE,
      id: `${id}Throttles`,
      name: `${name}-throttles`,
      meaning: `The function ${name} has no executions left, and events wait`,
      section: "function-throttles",
      isSevere: false,
      measure: of("Throttles", "Sum"),
      threshold: 1,
    },
    {
      ...MINUTE,
      id: `${id}Duration`,
      name: `${name}-duration`,
      meaning: `The slowest of ${name} come near the time-out of ${timeoutSeconds} s`,
      section: "function-near-its-time-out",
      isSevere: false,
      measure: of("Duration", "p99"),
      threshold: SLOW_SHARE * timeoutSeconds * 1000,
    },
  ];
}

/** What can become of an event between S3 and a function that S3 invokes asynchronously. */
export function asynchronousWatches({ name, functionName }: WatchedFunction): Watch[] {
  const id = toPascal(name);
  const lost = (what: string, metric: string, meaning: string): Watch => ({
    ...AT_ONCE,
    id: `${id}${what}`,
    name: `${name}-${metric.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()}`,
    meaning,
    section: "events-dropped",
    isSevere: true,
    measure: measure(functionName, metric, "Sum"),
    threshold: 1,
  });
  return [
    lost("Dropped", "AsyncEventsDropped", "Lambda dropped upload events without running them"),
    lost(
      "Undelivered",
      "DestinationDeliveryFailures",
      "A failed upload event could not be put into its queue",
    ),
    lost("DeadLetterErrors", "DeadLetterErrors", "A failed upload event could not be put into the DLQ"),
    {
      ...MINUTE,
      id: `${id}EventAge`,
      name: `${name}-event-age`,
      meaning: "Upload events wait long for ingest",
      section: "uploads-wait",
      isSevere: false,
      measure: measure(functionName, "AsyncEventAge", "Maximum"),
      threshold: MAX_EVENT_AGE_MILLISECONDS,
    },
  ];
}

function measure(functionName: string, name: string, statistic: string) {
  return { namespace: "AWS/Lambda", name, statistic, dimensions: { FunctionName: functionName } };
}
