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

/**
 * Tells if a line is about an image: it has its key, its image id or the id of one of its events. Lines of one image name its key in a field;
 * others, such as the text of an uncaught error, may have it anywhere.
 */
export function isAbout({ message, fields }: LogLine, id: string): boolean {
  if (typeof fields.key === "string") return [fields.key, fields.imageId, fields.correlationId].includes(id);
  return mentions(message, id) || hasValue(fields, id);
}

function hasValue(value: unknown, id: string): boolean {
  if (typeof value === "string") return mentions(value, id);
  return typeof value === "object" && value !== null && Object.values(value).some((one) => hasValue(one, id));
}

/** Finds a whole key, alone or behind its bucket: `a.jpg` is not in `cats/a.jpg`. */
function mentions(text: string, key: string): boolean {
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
    const isStart = at === 0 || /[\s"'(=]$|s3:\/\/[^/\s]+\/$/.test(text.slice(Math.max(0, at - 80), at));
    const end = at + key.length;
    if (isStart && (end === text.length || /[\s"',;:)]/.test(text[end] ?? ""))) return true;
  }
  return false;
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
