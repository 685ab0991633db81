import { onTestFinished } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { Outcome } from "../../src/lambda-host/outcome.ts";
import { awsClients, LOCAL_CREDENTIALS } from "../../src/services/clients.ts";
import { startLocalServices } from "../../src/services/local-services.ts";
import { ownQueue } from "../../src/services/own-queue.ts";
import { provision } from "../../src/services/provision.ts";
import { temporaryFolder } from "../temporary-folder.ts";

type Invoke = (functionName: string, payload: unknown) => Promise<Outcome>;

/** Real queues, and a function that is played by the test. */
export async function runQueues(names: readonly string[], invoke: Invoke) {
  const services = await startLocalServices(temporaryFolder());
  const place = { endpoint: services.endpoint, region: "us-east-1" };
  const { sqs, close, ...clients } = awsClients({ ...place, credentials: LOCAL_CREDENTIALS });
  const queues = names.map((name) => ownQueue(name, place));
  await provision({ buckets: [], topics: [], queues, subscriptions: [] }, { sqs, close, ...clients });
  onTestFinished(async () => {
    close();
    await services.close();
  });
  const [first] = queues;
  return {
    services,
    queues,
    ports: { sqs, queueUrl: first?.url ?? "", clock: systemClock, timeScale: 0, invoke },
  };
}
