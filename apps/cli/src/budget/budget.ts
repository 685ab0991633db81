import {
  type EventSourceMappingConfiguration,
  LambdaClient,
  paginateListEventSourceMappings,
  UpdateEventSourceMappingCommand,
} from "@aws-sdk/client-lambda";
import type { Connection } from "../connection/connect.ts";
import { withConnection } from "../connection/open-pipeline.ts";
import type { TargetOptions } from "../connection/target.ts";
import { findDeadLetterQueues } from "../dlq/dead-letter-queues.ts";
import type { Context } from "../program/context.ts";
import { DONE, FOUND_OR_FAILED } from "../program/exit-codes.ts";
import { queueDepth } from "../queues/queue-depth.ts";
import { toTable } from "../terminal/table.ts";
import { toCount } from "../terminal/units.ts";
import type { MappingLine } from "./json.ts";

export interface BudgetOptions extends TargetOptions {
  dryRun?: boolean | undefined;
  json?: boolean | undefined;
}

/** Shows which queues are read, and how many messages wait in them. @returns 1 when one of them is not read */
export function budgetStatus(options: BudgetOptions, context: Context): Promise<number> {
  return withMappings(options, context, async ({ lines }) => {
    report(lines, options, context);
    return lines.some(isStopped) ? FOUND_OR_FAILED : DONE;
  });
}

/** Turns the event source mappings on or off. @returns 0, also when they were so already */
export function switchMappings(isOn: boolean, options: BudgetOptions, context: Context): Promise<number> {
  return withMappings(options, context, async ({ lines, lambda }) => {
    const changed: MappingLine[] = [];
    for (const line of lines) {
      const isChanging = isStopped(line) === isOn;
      if (!isChanging || options.dryRun) {
        changed.push({ ...line, isChanged: isChanging });
        continue;
      }
      const { State = line.state } = await lambda.send(
        new UpdateEventSourceMappingCommand({ UUID: line.id, Enabled: isOn }),
      );
      changed.push({ ...line, state: State, isChanged: true });
    }
    report(changed, options, context);
    if (options.dryRun) context.terminal.note("a dry run: nothing was changed");
    return DONE;
  });
}

interface Mappings {
  lines: MappingLine[];
  lambda: LambdaClient;
}

function withMappings(
  options: BudgetOptions,
  context: Context,
  run: (mappings: Mappings) => Promise<number>,
): Promise<number> {
  return withConnection(options, context, async (connection) => {
    const lambda = new LambdaClient(connection.client);
    try {
      return await run({ lines: await readMappings(connection, lambda), lambda });
    } finally {
      lambda.destroy();
    }
  });
}

/** Finds the mappings by the queues of the pipeline's subscribers. */
async function readMappings(connection: Connection, lambda: LambdaClient): Promise<MappingLine[]> {
  const { names, accountId, sqs } = connection;
  const pairs = await findDeadLetterQueues(connection);
  const queues = pairs.flatMap(({ destination }) => ("queue" in destination ? [destination.queue] : []));
  const lines: MappingLine[] = [];
  for (const queue of queues) {
    const request = { EventSourceArn: names.queueArn(queue, accountId) };
    for await (const page of paginateListEventSourceMappings({ client: lambda }, request))
      for (const mapping of page.EventSourceMappings ?? []) {
        const depth = await queueDepth(sqs, queue);
        lines.push({ ...toLine(mapping, queue), waiting: (depth?.waiting ?? 0) + (depth?.delayed ?? 0) });
      }
  }
  return lines;
}

function toLine(
  { UUID = "", FunctionArn = "", State = "unknown" }: EventSourceMappingConfiguration,
  queue: string,
) {
  const [, name = FunctionArn] = /:function:([\w-]+)/.exec(FunctionArn) ?? [];
  return { id: UUID, queue, function: name, state: State, isChanged: false };
}

function isStopped({ state }: MappingLine): boolean {
  return state === "Disabled" || state === "Disabling";
}

function report(lines: readonly MappingLine[], { json }: BudgetOptions, { terminal }: Context): void {
  if (json) {
    for (const line of lines) terminal.json(line);
    return;
  }
  const rows = lines.map((line) => [
    line.queue,
    line.function,
    `${line.state}${line.isChanged ? " (changed)" : ""}`,
    toCount(line.waiting),
  ]);
  const hint = lines.some((line) => isStopped(line) && !line.isChanged)
    ? ["uploads wait in their queue; to process them: npx pipeline budget resume"]
    : [];
  terminal.out([...toTable([["queue", "function", "state", "waiting"], ...rows], [3]), ...hint]);
}
