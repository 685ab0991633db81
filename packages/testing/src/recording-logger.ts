/** A line that a function has logged, with the fields that its logger added. */
export interface LoggedLine {
  level: "info" | "warn" | "error";
  message: string;
  fields: Record<string, unknown>;
}

/** A logger in memory, with the methods of Powertools' logger that the functions use. */
export function recordingLogger() {
  const lines: LoggedLine[] = [];
  const added = new Map<string, unknown>();
  const log =
    (level: LoggedLine["level"]) =>
    (message: unknown, ...more: unknown[]) =>
      void lines.push({
        level,
        message: String(message),
        fields: { ...Object.fromEntries(added), ...Object(more[0]) },
      });
  return {
    lines,
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
    appendKeys(fields: object = {}): void {
      for (const [name, value] of Object.entries(fields)) added.set(name, value);
    },
    removeKeys(names: readonly string[]): void {
      for (const name of names) added.delete(name);
    },
  };
}
