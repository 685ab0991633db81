import { existsSync, readdirSync } from "node:fs";
import { open } from "node:fs/promises";
import { basename, join } from "node:path";
import { isMetrics, type LogLine, type LogSource, toLogLine } from "./log-line.ts";

const SUFFIX = ".log";

/**
 * The logs of a local runtime: a file for each function, in one folder.
 *
 * @param prefix the beginning of every function's name
 */
export function localLogs(folder: string, prefix: string): LogSource {
  const read = new Map<string, { offset: number; lastTime: string | null }>();

  async function newLines(file: string): Promise<LogLine[]> {
    const { offset, lastTime } = read.get(file) ?? { offset: 0, lastTime: null };
    const { text, end } = await readLines(join(folder, file), offset);
    const name = basename(file, SUFFIX).replace(prefix, "");
    let time = lastTime;
    const parsed = text
      .split("\n")
      .filter((line) => line.trim() !== "" && !isMetrics(line))
      .map((line) => {
        const logged = toLogLine(name, line);
        // Text without a time, such as a stack, belongs to the line before it.
        time = logged.time ?? time;
        return { ...logged, time };
      });
    read.set(file, { offset: end, lastTime: time });
    return parsed;
  }

  return {
    pollMilliseconds: 300,
    async next() {
      const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(SUFFIX)) : [];
      return (await Promise.all(files.map(newLines))).flat();
    },
    close() {},
  };
}

/** Reads the finished lines from an offset on; a file that is shorter was started over. */
async function readLines(path: string, offset: number): Promise<{ text: string; end: number }> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const start = size < offset ? 0 : offset;
    const buffer = Buffer.alloc(size - start);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start);
    const whole = buffer.lastIndexOf("\n", bytesRead) + 1;
    return { text: buffer.toString("utf8", 0, whole), end: start + whole };
  } finally {
    await file.close();
  }
}
