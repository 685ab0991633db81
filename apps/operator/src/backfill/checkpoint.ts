import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { UserFault } from "@image-pipeline/operator-kit";
import * as z from "zod";

const State = z.object({
  /** The last key of the listing that is done with. */
  lastKey: z.string().min(1),
  updatedAt: z.iso.datetime(),
});
export type State = z.infer<typeof State>;

/** How far a run has come, kept in a file, so that the same command goes on from there. */
export interface Checkpoint {
  readonly path: string;
  /** @throws {UserFault} when the file is none of ours */
  load(): Promise<State | undefined>;
  save(state: State): Promise<void>;
  clear(): Promise<void>;
}

/** What makes two runs the same one. */
export interface RunIdentity {
  bucket: string;
  /** Where the bucket is: two local runtimes have buckets of one name. */
  place: string;
  prefix: string;
  onlyStale: boolean;
  recipeHash: string;
}

/** `$XDG_STATE_HOME/image-pipeline/backfill-<hash>.json`, or under `~/.local/state`. */
export function toStatePath(
  { XDG_STATE_HOME }: Readonly<Record<string, string | undefined>>,
  { bucket, place, prefix, onlyStale, recipeHash }: RunIdentity,
): string {
  const identity = JSON.stringify([bucket, place, prefix, onlyStale, recipeHash]);
  const hash = createHash("sha256").update(identity).digest("hex").slice(0, 16);
  const folder = XDG_STATE_HOME || join(homedir(), ".local", "state");
  return join(folder, "image-pipeline", `backfill-${hash}.json`);
}

export function fileCheckpoint(path: string): Checkpoint {
  return {
    path,
    async load() {
      const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw new UserFault(`the state file ${path} cannot be read: ${error.message}`);
      });
      return text === undefined ? undefined : toState(path, text);
    },
    async save(state) {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(`${path}.new`, JSON.stringify(state));
      await rename(`${path}.new`, path);
    },
    clear: () => rm(path, { force: true }),
  };
}

function toState(path: string, text: string): State {
  try {
    return State.parse(JSON.parse(text));
  } catch {
    throw new UserFault(`the state file ${path} is damaged: run with --restart to begin anew`);
  }
}
