import { PLACE_HELP, PLACE_OPTIONS, toNumber, toPlace, type ValuesOf } from "@image-pipeline/operator-kit";

export const BACKFILL_OPTIONS = {
  ...PLACE_OPTIONS,
  prefix: { type: "string" },
  "only-stale": { type: "boolean" },
  "dry-run": { type: "boolean" },
  rate: { type: "string" },
  restart: { type: "boolean" },
  "state-file": { type: "string" },
  json: { type: "boolean" },
} as const;

const DEFAULT_RATE = 50;

export const BACKFILL_HELP = `Does old work again: compares the upload bucket with the manifests, then publishes an
image.uploaded event on the backfill lane for each image. That lane has a queue and few
workers of its own (\`backfill\` in pipeline.config.ts), so that fresh uploads never wait for it.

Usage: npx pnpm@12 backfill --endpoint URL | --environment NAME [options]

${PLACE_HELP}
  --prefix PREFIX     only keys that begin with this
  --only-stale        only what needs work: no manifest, one of an older source, or of presets, limits or
                      an engine that made something else of this very image
                      (without it every image, for a new subscriber: the workers skip what is current)
  --dry-run           says what would be done, with its time and cost, and does nothing
  --rate N            events a second at the most; ${DEFAULT_RATE} without
  --restart           begins anew instead of going on where the last such run was stopped
  --state-file FILE   where a run keeps how far it has come
  --json              one JSON object a line on stdout
  --help              this

Ctrl-C stops it after the current batch; the same command then goes on from there.
Exit code: 0 done, 1 failed, 2 wrong usage, 130 stopped by Ctrl-C.`;

export interface BackfillOptions {
  place: ReturnType<typeof toPlace>;
  prefix: string;
  onlyStale: boolean;
  isDryRun: boolean;
  /** Events a second. */
  rate: number;
  isRestart: boolean;
  /** Null for a place of its own by what the run is about. */
  stateFile: string | null;
  isJson: boolean;
}

/** @throws {UserFault} when a value is not fit */
export function toBackfillOptions(values: ValuesOf<typeof BACKFILL_OPTIONS>): BackfillOptions {
  return {
    place: toPlace(values),
    prefix: values.prefix ?? "",
    onlyStale: values["only-stale"] ?? false,
    isDryRun: values["dry-run"] ?? false,
    rate: toNumber("--rate", values.rate ?? String(DEFAULT_RATE), { least: 0.1, most: 10_000 }),
    isRestart: values.restart ?? false,
    stateFile: values["state-file"] ?? null,
    isJson: values.json ?? false,
  };
}
