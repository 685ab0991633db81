import { GAPS, VERDICTS } from "@image-pipeline/audit";
import { ResultEvent } from "@image-pipeline/schema/events";
import { Facts, OutputFormat, RejectionReason } from "@image-pipeline/schema/manifest";
import * as z from "zod";
import { BenchFigures } from "./bench/json.ts";
import { MappingLine } from "./budget/json.ts";
import { CapacityReport } from "./capacity/json.ts";
import { ConsoleAddress } from "./console/json.ts";
import { CostReport } from "./cost/json.ts";
import { DeadLetterMessage, ShownMessage } from "./dlq/json.ts";
import { Story } from "./explain/story.ts";
import { LogLine } from "./logs/log-line.ts";
import { QueueStatus } from "./status/json.ts";
import { AccountResult } from "./synth/account.ts";
import { ToolchainResult } from "./toolchain/toolchain.ts";

const Waited = z.object({ failed: z.int().describe("messages that went to a dead-letter queue meanwhile") });
const Finding = z.object({ address: z.string(), what: z.string() });
const Grant = z.object({
  address: z.string(),
  grant: z.object({
    effect: z.enum(["Allow", "Deny"]),
    principal: z.string(),
    action: z.string(),
    resource: z.string(),
    condition: z.string(),
  }),
});
const counts = <Name extends string>(names: readonly Name[]) => z.record(z.enum(names), z.int());

const CheckLine = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("inventory"),
    bucket: z.string(),
    createdAt: z.string().describe("the time at which S3 began to list the bucket"),
    ageSeconds: z.int(),
    files: z.int(),
    bytes: z.int().describe("of the compressed files"),
  }),
  z.object({
    type: z.literal("finding"),
    gap: z.enum(GAPS),
    what: z.enum(["manifest", "rendition"]),
    key: z.string().describe("in the processed bucket"),
    source: z.string().nullable(),
    why: z.string(),
    remedy: z.enum(["publish", "remove"]).nullable(),
  }),
  z.object({ type: z.literal("pending"), key: z.string().describe("of a source without a result yet") }),
  z.object({
    type: z.literal("summary"),
    isWhole: z.boolean(),
    completenessGap: z.int(),
    images: z.record(z.string(), z.int()),
    outdated: z.int(),
    renditions: z.int(),
    hashed: z.int(),
    expiring: z.int(),
    gaps: counts(GAPS),
    repaired: z.object({ published: z.int(), removed: z.int() }).nullable(),
    waited: z.union([z.literal("interrupted"), Waited]).nullable(),
  }),
]);

const BackfillLine = z.discriminatedUnion("type", [
  z.object({ type: z.literal("image"), key: z.string(), why: z.enum(VERDICTS) }),
  z.object({
    type: z.literal("plan"),
    counts: counts(VERDICTS),
    toPublish: z.int(),
    toRender: z.int(),
    secondsPerImage: z.number().nullable(),
    estimate: z.object({ seconds: z.number(), usd: z.number(), isMeasured: z.boolean() }),
    dryRun: z.boolean(),
  }),
  z.object({
    type: z.literal("done"),
    published: z.int(),
    gone: z.int(),
    generated: z.int(),
    fresh: z.int(),
    lastKey: z.string().nullable(),
    isInterrupted: z.boolean(),
  }),
  Waited.extend({ type: z.literal("waited") }),
]);

const RenderedFile = z.object({
  file: z.string(),
  name: z.string(),
  bytes: z.int(),
  facts: Facts,
  renditions: z.array(
    z.object({
      preset: z.string(),
      format: OutputFormat,
      extension: z.string(),
      contentType: z.string(),
      width: z.int(),
      height: z.int(),
      pages: z.int(),
      sha256: z.string(),
      largerThanSource: z.boolean().optional(),
      path: z.string().describe("relative to --out"),
      bytes: z.int(),
      milliseconds: z.number(),
    }),
  ),
});

const PlanReview = z.object({
  stacks: z.array(
    z.object({
      stack: z.string(),
      changes: z.array(
        z.object({
          address: z.string(),
          type: z.string(),
          action: z.enum(["create", "update", "replace", "destroy", "forget"]),
          replacedFor: z.array(z.string()),
        }),
      ),
    }),
  ),
  counts: counts(["create", "update", "replace", "destroy", "forget"]),
  dataAtRisk: z.array(Finding),
  publicExposure: z.array(Finding),
  brokenRules: z.array(Finding),
  encryption: z.array(Finding),
  permissions: z.object({
    gained: z.array(Grant),
    lost: z.array(Grant),
    unknown: z.array(z.string()),
  }),
  cost: z.object({
    before: z.number(),
    after: z.number(),
    parts: z.array(z.object({ part: z.string(), before: z.number(), after: z.number() })),
  }),
  load: z.object({
    imagesPerMonth: z.number(),
    workerSecondsPerImage: z.number(),
    analyzerSecondsPerImage: z.number(),
    workflowShare: z.number(),
    renditionsPerImage: z.number(),
    rekognitionCallsPerImage: z.number(),
    deliveriesPerMonth: z.number(),
    kilobytesPerDelivery: z.number(),
  }),
  refusedFor: z.array(z.string()),
});

const LocalImage = z.object({
  key: z.string(),
  status: z.string(),
  reason: z.string().nullable(),
  manifestKey: z.string().nullable(),
  renditions: z.array(
    z.object({
      preset: z.string(),
      format: z.string(),
      key: z.string(),
      width: z.int(),
      height: z.int(),
      bytes: z.int(),
    }),
  ),
  ms: z.number().nullable(),
});

/** The shape of what each command writes with `--json`, by command and subcommand: one such object per line. */
export const JSON_OUTPUTS = {
  start: LocalImage,
  synth: z.object({ environment: z.string(), folder: z.string(), stacks: z.array(z.string()) }),
  account: AccountResult,
  "plan-review": PlanReview,
  console: ConsoleAddress,
  status: QueueStatus,
  explain: Story,
  dlq: DeadLetterMessage,
  "dlq-list": DeadLetterMessage,
  "dlq-show": ShownMessage,
  "dlq-redrive": DeadLetterMessage,
  "dlq-drop": DeadLetterMessage,
  "budget-status": MappingLine,
  "budget-stop": MappingLine,
  "budget-resume": MappingLine,
  logs: LogLine,
  backfill: BackfillLine,
  check: CheckLine,
  events: ResultEvent,
  render: z.union([RenderedFile, z.object({ file: z.string(), reason: RejectionReason, text: z.string() })]),
  cost: CostReport,
  capacity: CapacityReport,
  bench: BenchFigures,
  toolchain: ToolchainResult,
} as const satisfies Record<string, z.ZodType>;

/** The JSON Schema of every output, by file name. Unknown fields are allowed: later versions may add some. */
export function toJsonSchemas(): Map<string, string> {
  const files = Object.entries(JSON_OUTPUTS).map(([name, shape]) => {
    const schema = z.toJSONSchema(shape, { io: "input", target: "draft-2020-12" });
    const file = { $schema: schema.$schema, $id: `urn:image-pipeline:cli:${name}.json`, ...schema };
    return [`${name}.json`, `${JSON.stringify(file, null, 2)}\n`] as const;
  });
  return new Map(files);
}
