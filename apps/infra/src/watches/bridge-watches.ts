import { toPascal } from "../names.ts";
import { ONE_MINUTE, type Watch } from "./watch.ts";

/** Returns the watches of a rule of EventBridge: events that its target did not get, and those that are lost with that. */
export function bridgeWatches(target: string, RuleName: string): Watch[] {
  const failed = (what: string, name: string, meaning: string): Watch => ({
    ...ONE_MINUTE,
    id: toPascal(`${target}-bridge-${what}`),
    name: `${target}-bridge-${what}`,
    meaning,
    section: "events-not-delivered",
    isSevere: true,
    measure: { namespace: "AWS/Events", name, statistic: "Sum", dimensions: { RuleName } },
    threshold: 1,
  });
  return [
    failed("undelivered", "FailedInvocations", `EventBridge could not invoke ${target} for an upload`),
    failed(
      "lost",
      "InvocationsFailedToBeSentToDlq",
      `EventBridge could neither invoke ${target} nor move the event to the DLQ`,
    ),
  ];
}
