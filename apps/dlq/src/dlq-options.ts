import {
  PLACE_HELP,
  PLACE_OPTIONS,
  type Place,
  toNumber,
  toPlace,
  USAGE,
  UserFault,
  type ValuesOf,
} from "@image-pipeline/operator-kit";
import type { RedriveOptions } from "./redrive.ts";

export const DLQ_OPTIONS = {
  ...PLACE_OPTIONS,
  reason: { type: "string" },
  limit: { type: "string" },
  rate: { type: "string" },
  "dry-run": { type: "boolean" },
  json: { type: "boolean" },
} as const;

const DEFAULT_RATE = 20;

export const DLQ_HELP = `What could not be done, why, and back to its queue with it.

Usage: npx pnpm@12 dlq [list | show ID | redrive] --endpoint URL | --environment NAME [options]

  list                counts what is in each dead-letter queue, by reason and age
  show ID             one message, with its last error
  redrive             sends messages back to their queue, and S3 events back to ingest
${PLACE_HELP}
  --reason REASON     only messages that failed for this reason, such as STORE_DENIED
  --limit N           redrives at most N messages
  --rate N            redrives at most N messages a second; ${DEFAULT_RATE} without
  --dry-run           says what would be redriven, and leaves it
  --json              one JSON object a line on stdout for each message
  --help              this

A message is sent before it is taken off the dead-letter queue: Ctrl-C loses none.
Exit code: 0 done, 1 it could not be done, 2 wrong usage, 130 stopped by Ctrl-C.`;

export type Action = { do: "list" } | { do: "show"; id: string } | { do: "redrive" };

export interface DlqOptions extends RedriveOptions {
  place: Place;
  action: Action;
  isJson: boolean;
}

/** @throws {UserFault} naming what is not fit */
export function toDlqOptions(
  values: ValuesOf<typeof DLQ_OPTIONS>,
  positionals: readonly string[],
): DlqOptions {
  const action = toAction(positionals);
  const { limit, rate, reason = null, json = false } = values;
  const isDryRun = values["dry-run"] ?? false;
  if (action.do !== "redrive" && (limit !== undefined || rate !== undefined || isDryRun))
    throw new UserFault("--limit, --rate and --dry-run are for redrive", USAGE);
  return {
    place: toPlace(values),
    action,
    reason,
    limit: limit === undefined ? null : toNumber("--limit", limit, { least: 1, whole: true }),
    rate: toNumber("--rate", rate ?? String(DEFAULT_RATE), { least: 0.1, most: 1000 }),
    isDryRun,
    isJson: json,
  };
}

function toAction(positionals: readonly string[]): Action {
  const [name = "list", id, ...rest] = positionals[0] === "--" ? positionals.slice(1) : positionals;
  if (name === "show" && id !== undefined && rest.length === 0) return { do: name, id };
  if (name === "show") throw new UserFault("dlq show needs one message id: see npx pnpm@12 dlq list", USAGE);
  if ((name === "list" || name === "redrive") && id === undefined) return { do: name };
  throw new UserFault(
    `there is no "dlq ${positionals.join(" ")}": say list, show ID or redrive (see npx pnpm@12 dlq --help)`,
    USAGE,
  );
}
