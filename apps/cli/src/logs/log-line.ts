import * as z from "zod";

const Fields = z.looseObject({
  timestamp: z.string().optional(),
  level: z.string().optional(),
  message: z.string().optional(),
});

/** One line of a function's log; also one line of `logs --json`. */
export const LogLine = z.object({
  time: z.iso.datetime().nullable().describe("null for a line of text without a time"),
  function: z.string(),
  level: z.string().nullable(),
  message: z.string(),
  fields: z.record(z.string(), z.unknown()).describe("everything else that was logged"),
});
export type LogLine = z.infer<typeof LogLine>;

/** Fields that say nothing about the image; the last four are in the logs of version 0.1 only. */
const USUAL = [
  "service",
  "xray_trace_id",
  "cold_start",
  "sampling_rate",
  "function_arn",
  "function_memory_size",
  "function_name",
];

/** Parses a line that a function wrote: JSON of its logger, or any text. */
export function toLogLine(name: string, text: string): LogLine {
  const { timestamp, level, message, ...rest } = parse(text);
  const time = timestamp !== undefined && !Number.isNaN(Date.parse(timestamp)) ? new Date(timestamp) : null;
  const fields = Object.fromEntries(Object.entries(rest).filter(([field]) => !USUAL.includes(field)));
  return {
    time: time?.toISOString() ?? null,
    function: name,
    level: level ?? null,
    message: message ?? text,
    fields: message === undefined ? {} : fields,
  };
}

/** Tells if a line only carries metrics, in CloudWatch's embedded metric format. */
export function isMetrics(text: string): boolean {
  return text.startsWith('{"_aws":');
}

/** Tells if a line is about an object: one of its fields, or its text, has the key. */
export function isAbout({ message, fields }: LogLine, key: string): boolean {
  return message.includes(key) || hasValue(fields, key);
}

function hasValue(value: unknown, key: string): boolean {
  if (typeof value === "string") return value === key || value.includes(`/${key}`);
  return (
    typeof value === "object" && value !== null && Object.values(value).some((one) => hasValue(one, key))
  );
}

function parse(text: string): z.infer<typeof Fields> {
  try {
    return Fields.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}

/** Logs of the functions, which are read bit by bit. */
export interface LogSource {
  /** Reads the lines that were not read yet. */
  next(): Promise<LogLine[]>;
  /** The time between polls with --follow. */
  pollMilliseconds: number;
  close(): void;
}
