import { toPascal } from "../names.ts";
import { ONE_MINUTE, THREE_OF_FIVE_MINUTES, type Watch } from "./watch.ts";

/** Share of the timeout at which an alarm warns: reaching the timeout is an error already. */
const SLOW_SHARE = 0.8;
/** Age in Lambda's internal queue at which ingest no longer keeps up with the uploads. */
const MAX_EVENT_AGE_MILLISECONDS = 5 * 60 * 1000;

export interface WatchedFunction {
  /** Name in alarm names, and in construct ids in Pascal case. */
  name: string;
  functionName: string;
  timeoutSeconds: number;
}

/** Returns the watches of a function's errors, throttles and duration. */
export function functionWatches({ name, functionName, timeoutSeconds }: WatchedFunction): Watch[] {
  const id = toPascal(name);
  const of = (metric: string, statistic: string) => measure(functionName, metric, statistic);
  return [
    {
      ...THREE_OF_FIVE_MINUTES,
      id: `${id}Errors`,
      name: `${name}-errors`,
      meaning: `The function ${name} keeps failing`,
      section: "function-errors",
      isSevere: true,
      measure: of("Errors", "Sum"),
      threshold: 1,
    },
    {
      ...THREE_OF_FIVE_MINUTES,
      id: `${id}Throttles`,
      name: `${name}-throttles`,
      meaning: `The function ${name} is throttled and its events wait`,
      section: "function-throttles",
      isSevere: false,
      measure: of("Throttles", "Sum"),
      threshold: 1,
    },
    {
      ...THREE_OF_FIVE_MINUTES,
      id: `${id}Duration`,
      name: `${name}-duration`,
      meaning: `The slowest invocations of ${name} are close to its timeout of ${timeoutSeconds} s`,
      section: "function-near-its-time-out",
      isSevere: false,
      measure: of("Duration", "p99"),
      threshold: SLOW_SHARE * timeoutSeconds * 1000,
    },
  ];
}

/** Returns the watches of asynchronous invocations: events that were lost or that wait too long. */
export function asynchronousWatches({ name, functionName }: WatchedFunction): Watch[] {
  const id = toPascal(name);
  const lost = (what: string, metric: string, meaning: string): Watch => ({
    ...ONE_MINUTE,
    id: `${id}${what}`,
    name: `${name}-${metric.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase()}`,
    meaning,
    section: "events-dropped",
    isSevere: true,
    measure: measure(functionName, metric, "Sum"),
    threshold: 1,
  });
  return [
    lost("Dropped", "AsyncEventsDropped", "Lambda dropped upload events without invoking the function"),
    lost(
      "Undelivered",
      "DestinationDeliveryFailures",
      "Lambda could not send a failed upload event to its failure queue",
    ),
    lost("DeadLetterErrors", "DeadLetterErrors", "Lambda could not send a failed upload event to the DLQ"),
    {
      ...THREE_OF_FIVE_MINUTES,
      id: `${id}EventAge`,
      name: `${name}-event-age`,
      meaning: "Upload events wait more than 5 minutes for ingest",
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
