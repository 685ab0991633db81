import {
  PLACE_HELP,
  PLACE_OPTIONS,
  toNumber,
  toPlace,
  USAGE,
  UserFault,
  type ValuesOf,
} from "@image-pipeline/operator-kit";

export const AUDIT_OPTIONS = {
  ...PLACE_OPTIONS,
  prefix: { type: "string" },
  repair: { type: "boolean" },
  sample: { type: "string" },
  all: { type: "boolean" },
  grace: { type: "string" },
  json: { type: "boolean" },
} as const;

const DEFAULT_SAMPLE = 100;
const MAX_SAMPLE = 100_000;
const DEFAULT_GRACE_MINUTES = 60;
/** Lambda lets no function run longer, so that nothing older is still being written. */
const LEAST_REPAIR_GRACE_MINUTES = 15;

export const AUDIT_HELP = `Compares sources, manifests and renditions: what is missing, orphaned or corrupt.

Usage: npx pnpm@12 audit --endpoint URL | --environment NAME [options]

${PLACE_HELP}
  --prefix PREFIX     only sources whose key begins with this
  --sample N          compares the SHA-256 of N renditions chosen at random; ${DEFAULT_SAMPLE} without
  --all               compares the SHA-256 of every rendition, which downloads them all
  --grace MINUTES     what is younger may still be on its way, and is no gap; ${DEFAULT_GRACE_MINUTES} without
  --repair            publishes what is missing or corrupt on the backfill lane, and removes orphans
  --json              one JSON object a line on stdout: each finding, then the summary
  --help              this

Exit code: 0 the world is whole, 1 it is not (also when it is being repaired: audit again),
2 wrong usage or the audit could not be done, 130 stopped by Ctrl-C.`;

export interface AuditOptions {
  place: ReturnType<typeof toPlace>;
  prefix: string;
  /** How many renditions, or all. */
  sample: number | "all";
  graceMinutes: number;
  isRepair: boolean;
  isJson: boolean;
}

/** @throws {UserFault} when a value is not fit, or two do not go together */
export function toAuditOptions(values: ValuesOf<typeof AUDIT_OPTIONS>): AuditOptions {
  const { prefix = "", repair = false, all = false, json = false } = values;
  if (all && values.sample !== undefined) throw new UserFault("choose one of --sample and --all", USAGE);
  const sample = toNumber("--sample", values.sample ?? String(DEFAULT_SAMPLE), {
    least: 0,
    most: MAX_SAMPLE,
    whole: true,
  });
  const graceMinutes = toNumber("--grace", values.grace ?? String(DEFAULT_GRACE_MINUTES), { least: 0 });
  const place = toPlace(values);
  if (repair && "environment" in place && graceMinutes < LEAST_REPAIR_GRACE_MINUTES)
    throw new UserFault(
      `--repair on AWS needs a --grace of ${LEAST_REPAIR_GRACE_MINUTES} or more: what is younger may be in the making`,
      USAGE,
    );
  return { place, prefix, sample: all ? "all" : sample, graceMinutes, isRepair: repair, isJson: json };
}
