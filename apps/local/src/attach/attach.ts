import { toPlainLines, writeLines } from "@image-pipeline/schema/plain-text";
import type { Exits } from "../cli/exits.ts";
import { openRunFolder } from "../cli/run-folder.ts";
import { systemClock as clock } from "../clock.ts";
import { asyncQueues } from "../delivery/async-queue.ts";
import { startDelivery } from "../delivery/start-delivery.ts";
import { processesPerFunction, startLambdaHost } from "../lambda-host/lambda-host.ts";
import { openRekognition } from "../rekognition/rekognition.ts";
import { startServer } from "../server.ts";
import { awsClients, LOCAL_CREDENTIALS } from "../services/clients.ts";
import { provision } from "../services/provision.ts";
import { readStates } from "../terraform/read-states.ts";
import { assumeRole } from "./assume-role.ts";
import type { AttachOptions } from "./attach-options.ts";

/**
 * Runs the functions of deployed stacks against the endpoint that they were deployed to. An S3 proxy in front of it sends
 * the events. Each function, and each poller on its behalf, has the permissions of the function's role. Rekognition is
 * simulated.
 *
 * @returns the S3 proxy's endpoint
 * @throws {UserFault} for a state that cannot be read, a role that cannot be assumed, a zip that is missing
 */
export async function attach(
  { statePaths, endpoint, port, credentials }: AttachOptions,
  exits: Exits,
): Promise<string> {
  const topology = readStates(statePaths);
  const { region } = topology;
  const folder = openRunFolder(undefined);
  exits.onEnd(async () => folder.remove(), folder.remove);
  const server = await startServer({
    ports: [port],
    folder: folder.path,
    behind: { endpoint, region, credentials },
  });
  exits.onEnd(server.close);

  const rights = new Map(
    await Promise.all(
      [...topology.functions, ...topology.stateMachines, ...topology.pipes].map(
        async (owner) => [owner.roleArn, await assumeRole(owner, { endpoint, region, credentials })] as const,
      ),
    ),
  );
  const rekognition = await openRekognition("simulated", region);
  exits.onEnd(rekognition.close);
  const host = await startLambdaHost({
    topology,
    endpoint: server.proxy.endpoint,
    rekognitionEndpoint: rekognition.endpoint,
    credentialsOf: ({ roleArn }) => rights.get(roleArn) ?? LOCAL_CREDENTIALS,
    folder: folder.path,
    maximumProcesses: processesPerFunction(),
    onFailure: ({ functionName, error }) => complain(`${functionName}: ${error}`),
  });
  const queues = asyncQueues(topology, server.services.endpoint);
  const waiting = awsClients({ endpoint: server.services.endpoint, region, credentials: LOCAL_CREDENTIALS });
  await provision({ buckets: [], topics: [], queues: [...queues.values()], subscriptions: [] }, waiting);
  const delivery = startDelivery({
    topology,
    host,
    clientFor: ({ roleArn }) =>
      awsClients({ endpoint, region, credentials: rights.get(roleArn) ?? LOCAL_CREDENTIALS }).sqs,
    asynchronous: { sqs: waiting.sqs, queues },
    clock,
    timeScale: 1,
    onError: (error) => complain(error instanceof Error ? error.message : String(error)),
    keepsMessages: false,
    onExecution: (_body, { error }) => error !== null && complain(`an execution failed: ${error}`),
  });
  exits.onEnd(() => delivery.stop().then(host.close), host.kill);
  await server.proxy.route(topology);
  return server.proxy.endpoint;
}

function complain(line: string): void {
  writeLines(process.stderr, toPlainLines(line));
}
