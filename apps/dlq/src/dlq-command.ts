import { LambdaClient } from "@aws-sdk/client-lambda";
import {
  type Command,
  type Connection,
  connect,
  INTERRUPTED,
  type Place,
  type Session,
  toCount,
  UserFault,
} from "@image-pipeline/operator-kit";
import type { Pipeline } from "@image-pipeline/schema/config";
import type { Clock } from "./clock.ts";
import type { DeadLetter } from "./dead-letter.ts";
import { findDeadLetterQueues } from "./dead-letter-queues.ts";
import { DLQ_HELP, DLQ_OPTIONS, type DlqOptions, toDlqOptions } from "./dlq-options.ts";
import { s3FailureRecords } from "./failure-records.ts";
import { ageSeconds, toGroups, toLine } from "./group.ts";
import { type Reading, readDeadLetters } from "./read-dead-letters.ts";
import { redrive } from "./redrive.ts";
import { awsSender, nameOf } from "./sender.ts";

export interface DlqPorts {
  pipelines(): Promise<ReadonlyMap<string, Pipeline>>;
  clock: Clock;
}

/** `npx pnpm@12 dlq` */
export function dlqCommand(ports: DlqPorts): Command<typeof DLQ_OPTIONS> {
  return {
    name: "dlq",
    help: DLQ_HELP,
    options: DLQ_OPTIONS,
    takesPositionals: true,
    async run(values, session) {
      const options = toDlqOptions(values, session.positionals);
      const connection = await connect(options.place, await ports.pipelines());
      const { sqs, s3, names, accountId } = connection;
      try {
        const failures = s3FailureRecords(s3, names.processedBucket(accountId));
        const queues = await findDeadLetterQueues(connection);
        const reading = { sqs, queues, failures, signal: session.signal };
        await ACTIONS[options.action.do]({ options, session, connection, reading, clock: ports.clock });
        return session.signal.aborted ? INTERRUPTED : 0;
      } finally {
        connection.close();
      }
    },
  };
}

interface Run {
  options: DlqOptions;
  session: Session;
  connection: Connection;
  reading: Reading;
  clock: Clock;
}

const ACTIONS = { list, show, redrive: redriveAll } as const;

async function list({ options, session, reading, clock }: Run): Promise<void> {
  const { terminal } = session;
  const letters: DeadLetter[] = [];
  await readDeadLetters(reading, async (found) => {
    letters.push(...found.filter(({ reason }) => options.reason === null || reason === options.reason));
    terminal.status(`${toCount(letters.length)} read`);
    return true;
  });
  terminal.status("");
  if (options.isJson) {
    for (const letter of letters) terminal.out(toJson(letter, clock.now()));
    return;
  }
  const groups = toGroups(letters, clock.now());
  for (const queue of reading.queues) {
    const own = groups.filter((group) => group.queue === queue.name);
    const count = own.reduce((sum, group) => sum + group.letters.length, 0);
    terminal.out(`${queue.name} → ${nameOf({ queue })}: ${toCount(count)}`);
    for (const group of own) terminal.out(toLine(group, clock.now()));
  }
}

/** @throws {UserFault} when no queue holds such a message */
async function show({ options, session, reading, connection, clock }: Run): Promise<void> {
  const { action, isJson } = options;
  let found: DeadLetter | undefined;
  await readDeadLetters(reading, async (letters) => {
    found = letters.find(({ id }) => action.do === "show" && id === action.id);
    return found === undefined;
  });
  if (!found)
    throw new UserFault(`no dead-letter queue of ${connection.description} holds that message: see dlq list`);
  if (isJson) return session.terminal.out(toJson(found, clock.now()));
  const { id, queue, reason, text, key, sentAt, message, payload } = found;
  const rows = {
    id,
    queue: queue.name,
    "goes back to": nameOf(found),
    reason,
    error: text,
    key: key ?? "none: not an image event",
    "first sent": new Date(sentAt).toISOString(),
    received: `${message.Attributes?.ApproximateReceiveCount ?? "?"} times`,
  };
  for (const [name, value] of Object.entries(rows)) session.terminal.out(`${`${name}:`.padEnd(14)}${value}`);
  session.terminal.out(toIndented(payload));
}

async function redriveAll({ options, session, connection, reading, clock }: Run): Promise<void> {
  const { terminal } = session;
  const lambda = lambdaClient(options.place, connection);
  let count = 0;
  const onRedriven = (letter: DeadLetter) => {
    count++;
    if (options.isJson) terminal.out(toJson(letter, clock.now()));
    else terminal.status(`${toCount(count)} ${options.isDryRun ? "found" : "sent back"}`);
  };
  const done = options.isDryRun ? "would be sent back" : "sent back";
  try {
    const send = awsSender({ sqs: connection.sqs, lambda });
    await redrive(options, { ...reading, send, clock, onRedriven });
  } finally {
    lambda.destroy();
    terminal.status("");
    terminal.note(`${toCount(count)} ${done}${session.signal.aborted ? ", then stopped" : ""}`);
  }
}

function lambdaClient(place: Place, { pipeline }: Connection): LambdaClient {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  return new LambdaClient({
    region: pipeline.region,
    ...("endpoint" in place && { endpoint: place.endpoint, credentials }),
  });
}

function toJson(letter: DeadLetter, now: number): string {
  const { id, queue, reason, text, key, sentAt } = letter;
  return JSON.stringify({
    id,
    queue: queue.name,
    target: nameOf(letter),
    reason,
    text,
    key,
    sentAt: new Date(sentAt).toISOString(),
    ageSeconds: ageSeconds(letter, now),
  });
}

function toIndented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
