import * as z from "zod";
import { AnalysisRecipe } from "./analysis-rules.ts";
import { Limits, Presets } from "./preset.ts";
import { PresetRules } from "./preset-rules.ts";

/**
 * A value that is JSON in an environment variable. The stack encodes it and the handler decodes it with the same schema,
 * and a variable that the stack forgets to set does not compile.
 */
const json = <Shape extends z.ZodType>(shape: Shape) =>
  z.codec(z.string(), shape, {
    decode: (text, context) => {
      try {
        return JSON.parse(text);
      } catch {
        context.issues.push({ code: "custom", input: text, message: "must be JSON" });
        return z.NEVER;
      }
    },
    encode: (value) => JSON.stringify(value),
  });

const positive = z.codec(z.string(), z.int().positive(), { decode: Number, encode: String });

/** The environment of the ingest function. */
export const IngestEnvironment = z.object({
  IMAGE_EVENTS_TOPIC_ARN: z.string().min(1),
  /** `uploads.prefix` and `uploads.tenantPattern`. */
  TENANTS: json(z.object({ prefix: z.string(), pattern: z.string() })),
});
export type IngestEnvironment = z.infer<typeof IngestEnvironment>;

/** The uploads whose events a consumer accepts. */
const OWN_UPLOADS = { UPLOAD_BUCKET: z.string().min(1), UPLOAD_PREFIX: json(z.string()) };

/** The environment of the functions of the workflow's steps. */
export const WorkflowEnvironment = z.object({
  ...OWN_UPLOADS,
  PROCESSED_BUCKET: z.string().min(1),
  IMAGE_RESULTS_TOPIC_ARN: z.string().min(1),
  PRESETS: json(Presets),
  PRESET_RULES: json(PresetRules),
  LIMITS: json(Limits),
});
export type WorkflowEnvironment = z.infer<typeof WorkflowEnvironment>;

/** The environment of the worker function. */
export const WorkerEnvironment = WorkflowEnvironment.extend({
  RENDITIONS_QUEUE_URL: z.string().min(1),
  MAX_RECEIVE_COUNT: positive,
});
export type WorkerEnvironment = z.infer<typeof WorkerEnvironment>;

/** The environment of the workflow's functions for moderation and quarantine. */
export const AnalysisTaskEnvironment = z.object({
  ...OWN_UPLOADS,
  PROCESSED_BUCKET: z.string().min(1),
  IMAGE_RESULTS_TOPIC_ARN: z.string().min(1),
  ANALYSIS: json(AnalysisRecipe),
  LIMITS: json(Limits),
});
export type AnalysisTaskEnvironment = z.infer<typeof AnalysisTaskEnvironment>;

/** The environment of the analyzer function. */
export const AnalyzerEnvironment = AnalysisTaskEnvironment.extend({
  ANALYSIS_QUEUE_URL: z.string().min(1),
  MAX_RECEIVE_COUNT: positive,
});
export type AnalyzerEnvironment = z.infer<typeof AnalyzerEnvironment>;

/** The environment of the audit function. */
export const AuditEnvironment = z.object({
  UPLOAD_BUCKET: z.string().min(1),
  PROCESSED_BUCKET: z.string().min(1),
  /** The keys that are processed: `uploads.prefix` and `uploads.suffixes`. */
  KEYS: json(z.object({ prefix: z.string(), suffixes: z.array(z.string()) })),
  SUPERSEDED_DAYS: positive,
  MAX_IMAGES: positive,
});
export type AuditEnvironment = z.infer<typeof AuditEnvironment>;

/** The environment of the resolver function, which answers readable addresses. */
export const ResolverEnvironment = z.object({
  UPLOAD_BUCKET: z.string().min(1),
  PROCESSED_BUCKET: z.string().min(1),
  /** The address to which a rejected upload redirects; empty for none. */
  REJECTED_PLACEHOLDER: z.string(),
});
export type ResolverEnvironment = z.infer<typeof ResolverEnvironment>;

/** The environment of the function that removes copies of images from the edge. */
export const InvalidationEnvironment = z.object({
  DISTRIBUTION_ID: z.string().min(1),
});
export type InvalidationEnvironment = z.infer<typeof InvalidationEnvironment>;

/** The environment of the function that stops the consumers of the queues when a budget is used up. */
export const BudgetEnvironment = z.object({
  /** The ids of the event source mappings. */
  MAPPING_IDS: json(z.array(z.string().min(1)).min(1)),
});
export type BudgetEnvironment = z.infer<typeof BudgetEnvironment>;

/** The environment of the function that delivers result events to a webhook. */
export const WebhookEnvironment = z.object({
  WEBHOOK_URL: z.url(),
  WEBHOOK_SECRET_ARN: z.string().min(1),
  WEBHOOK_QUEUE_URL: z.string().min(1),
  /** Seconds between the attempts. */
  RETRY_DELAYS: json(z.array(z.number().positive()).min(1)),
});
export type WebhookEnvironment = z.infer<typeof WebhookEnvironment>;

/** The same with the variable that only the local runtime sets: it allows to send to this machine, over HTTP. */
export const LocalWebhookEnvironment = WebhookEnvironment.extend({
  WEBHOOK_ALLOWS_LOOPBACK: z.literal("true").optional(),
});
export type LocalWebhookEnvironment = z.infer<typeof LocalWebhookEnvironment>;

/**
 * Reads a function's environment, once, at its start.
 *
 * @throws {Error} naming every variable that is missing or wrong
 */
export function readEnvironment<Shape extends z.ZodType>(
  schema: Shape,
  variables: Record<string, string | undefined>,
): z.output<Shape> {
  const parsed = schema.safeParse(variables);
  if (parsed.success) return parsed.data;
  throw new Error(
    `environment: ${parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ")}`,
  );
}
