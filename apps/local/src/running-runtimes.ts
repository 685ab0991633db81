import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import * as z from "zod";

/** A local runtime that runs on this machine, as it describes itself in a file. */
const Runtime = z.object({
  pid: z.int(),
  /** Of S3, SNS, SQS and Lambda. */
  endpoint: z.string(),
  /** Of the local CloudFront; absent if the stacks have no distribution. */
  edgeEndpoint: z.string().optional(),
  dataDir: z.string(),
  /** Where each function writes its log, as `<function>.log`. */
  logsDir: z.string(),
  startedAt: z.iso.datetime(),
  /** The environment of `pipeline.config.ts` whose settings it runs; the first one when absent. */
  environment: z.string().optional(),
});
export type Runtime = z.infer<typeof Runtime>;

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The folders for state of this user, best first. The second one exists without a home folder too.
 *
 * @returns `$XDG_STATE_HOME/image-pipeline`, by default in `~/.local/state`, and `<tmp>/image-pipeline-<uid>`
 */
export function stateFolders({ XDG_STATE_HOME, HOME, TMPDIR }: Variables): string[] {
  const home = HOME || homeOfUser();
  const state = XDG_STATE_HOME || (home && join(home, ".local", "state"));
  return [
    ...(state ? [join(state, "image-pipeline")] : []),
    join(TMPDIR || tmpdir(), `image-pipeline-${process.getuid?.() ?? "user"}`),
  ];
}

/**
 * Writes the file by which the other commands find this runtime.
 *
 * @returns what removes it; it may be called more than once
 */
export function announceRuntime(runtime: Runtime, variables: Variables = process.env): () => void {
  for (const folder of runtimeFolders(variables)) {
    const path = join(folder, `${runtime.pid}.json`);
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(`${path}.new`, JSON.stringify(runtime), { mode: 0o600 });
      renameSync(`${path}.new`, path);
      return () => rmSync(path, { force: true });
    } catch {
      // This folder cannot be written: the next one may be.
    }
  }
  return () => {};
}

/** The runtimes that run now, oldest first; files of runtimes that were killed are removed. */
export function runningRuntimes(variables: Variables = process.env): Runtime[] {
  const found = runtimeFolders(variables).flatMap((folder) =>
    filesIn(folder).flatMap((path) => read(path) ?? []),
  );
  return found.sort((a, b) => a.startedAt.localeCompare(b.startedAt));
}

function runtimeFolders(variables: Variables): string[] {
  return stateFolders(variables).map((folder) => join(folder, "runtimes"));
}

function filesIn(folder: string): string[] {
  try {
    const names = readdirSync(folder).filter((name) => /^\d+\.json$/.test(name));
    return names.map((name) => join(folder, name)).filter(isOwn);
  } catch {
    return [];
  }
}

/** A shared temporary folder may hold files that somebody else has written. */
function isOwn(path: string): boolean {
  return process.getuid === undefined || statSync(path).uid === process.getuid();
}

function read(path: string): Runtime | undefined {
  try {
    const runtime = Runtime.parse(JSON.parse(readFileSync(path, "utf8")));
    if (isRunning(runtime.pid)) return runtime;
  } catch {
    // A damaged file says as little as that of a process that is gone.
  }
  rmSync(path, { force: true });
  return undefined;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** No folder for a user whom the system does not know. */
function homeOfUser(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined;
  }
}
