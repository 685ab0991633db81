import { randomUUID } from "node:crypto";
import {
  type Command,
  type Connection,
  connect,
  PLACE_HELP,
  PLACE_OPTIONS,
  type Session,
  toPlace,
  USAGE,
  UserFault,
} from "@image-pipeline/operator-kit";
import { ResultEvent } from "@image-pipeline/schema";
import type { Pipeline } from "@image-pipeline/schema/config";
import { topicArn } from "../open-pipeline.ts";
import { type Followed, followResults } from "./follow-results.ts";
import { openTemporaryQueue } from "./temporary-queue.ts";
import { toEventLine } from "./to-event-line.ts";

const TYPES: readonly string[] = ResultEvent.options.map(({ shape }) => shape.type.value);

const OPTIONS = {
  ...PLACE_OPTIONS,
  type: { type: "string", multiple: true },
  json: { type: "boolean" },
} as const;

const HELP = `Follows the result events live, through a queue of its own that goes when you press Ctrl-C.

Usage: npx pnpm@12 events --endpoint URL | --environment NAME [options]

${PLACE_HELP}
  --type TYPE         only events of this type; may be given more than once:
                      ${TYPES.join(", ")}
  --json              each event whole, as one line of JSON on stdout
  --help              this

Exit code: 0 ended by Ctrl-C, 1 failed, 2 wrong usage.`;

/** `npx pnpm@12 events` */
export function eventsCommand(ports: {
  pipelines(): Promise<ReadonlyMap<string, Pipeline>>;
}): Command<typeof OPTIONS> {
  return {
    name: "events",
    help: HELP,
    options: OPTIONS,
    async run(values, session) {
      const types = toTypes(values.type ?? []);
      const connection = await connect(toPlace(values), await ports.pipelines());
      try {
        await follow(connection, { types, isJson: values.json ?? false }, session);
        return 0;
      } finally {
        connection.close();
      }
    },
  };
}

async function follow(
  connection: Connection,
  { types, isJson }: { types: readonly string[]; isJson: boolean },
  { terminal, signal }: Session,
): Promise<void> {
  const { pipeline, names, sns, sqs } = connection;
  const queue = await openTemporaryQueue({
    sns,
    sqs,
    topicArn: topicArn(connection, names.imageResultsTopic),
    queueName: `${pipeline.name}-${pipeline.environment}-events-${randomUUID().slice(0, 8)}`,
    types,
  });
  try {
    terminal.note(`following the results of ${connection.description}; Ctrl-C ends it`);
    for await (const followed of followResults({ sqs, queueUrl: queue.url, signal }))
      tell(followed, isJson, terminal);
  } finally {
    await queue.close();
  }
}

function tell(followed: Followed, isJson: boolean, terminal: Session["terminal"]): void {
  if ("unknown" in followed)
    terminal.note(`a message that is no result event known here: ${followed.unknown.slice(0, 200)}`);
  else terminal.out(isJson ? JSON.stringify(followed.event) : toEventLine(followed.event));
}

function toTypes(types: readonly string[]): readonly string[] {
  const unknown = types.find((type) => !TYPES.includes(type));
  if (unknown === undefined) return types;
  throw new UserFault(`--type must be ${TYPES.join(", ")}, not "${unknown}"`, USAGE);
}
