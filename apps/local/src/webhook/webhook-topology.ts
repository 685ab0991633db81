import type { LocalWebhookEnvironment } from "@image-pipeline/schema/environment";
import { LOCAL_WEBHOOK, SUBSCRIBERS, toWebhookName } from "@image-pipeline/schema/names";
import type { Topology } from "../topology/topology.ts";

const END = `-${SUBSCRIBERS.webhook}-${toWebhookName(LOCAL_WEBHOOK)}`;
const isWebhook = (name: string) => name.endsWith(END);

/** Returns the name of the queue of the stacks' local webhook; undefined if they have none. */
export function webhookQueueOf({ queues }: Pick<Topology, "queues">): string | undefined {
  return queues.find(({ name }) => isWebhook(name))?.name;
}

/** Returns the stacks without the local webhook: its function, and the queue, the DLQ and the subscription before it. */
export function withoutWebhook(topology: Topology): Topology {
  const isOther = (name: string) => !isWebhook(name.replace(/-dlq$/, ""));
  return {
    ...topology,
    queues: topology.queues.filter(({ name }) => isOther(name)),
    functions: topology.functions.filter(({ name }) => isOther(name)),
    subscriptions: topology.subscriptions.filter(({ queueArn }) => isOther(queueArn)),
    mappings: topology.mappings.filter(({ functionName }) => isOther(functionName)),
  };
}

/** Returns the stacks with the local webhook's function, which sends to a URL: on this machine also over HTTP. */
export function withWebhookTo(topology: Topology, url: string): Topology {
  const variables = { WEBHOOK_URL: url, WEBHOOK_ALLOWS_LOOPBACK: "true" } satisfies Partial<
    Record<keyof LocalWebhookEnvironment, string>
  >;
  const functions = topology.functions.map((lambda) =>
    isWebhook(lambda.name) ? { ...lambda, environment: { ...lambda.environment, ...variables } } : lambda,
  );
  return { ...topology, functions };
}
