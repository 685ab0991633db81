import { LOCAL_ACCOUNT_ID } from "../terraform/computed-attributes.ts";
import type { Queue } from "../topology/topology.ts";

/** Beyond the longest that a function may run, so that nothing is tried twice at once. */
const VISIBILITY_SECONDS = 1200;
const RETENTION_SECONDS = 1_209_600;

/** A queue of the runtime's own, which is in no stack. */
export function ownQueue(name: string, { region, endpoint }: { region: string; endpoint: string }): Queue {
  return {
    name,
    arn: `arn:aws:sqs:${region}:${LOCAL_ACCOUNT_ID}:${name}`,
    url: `${endpoint}/${LOCAL_ACCOUNT_ID}/${name}`,
    visibilityTimeoutSeconds: VISIBILITY_SECONDS,
    retentionSeconds: RETENTION_SECONDS,
    delaySeconds: 0,
    receiveWaitSeconds: 20,
    redrive: null,
  };
}
