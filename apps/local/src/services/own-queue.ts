import { LOCAL_ACCOUNT_ID, type Queue } from "../topology/topology.ts";

/** Longer than any function may run, so that no message is handled twice at the same time. */
const VISIBILITY_SECONDS = 1200;
const RETENTION_SECONDS = 1_209_600;

/** Returns a queue that the local runtime itself uses and no stack defines. */
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
