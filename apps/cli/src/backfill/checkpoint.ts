import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { stateFolders } from "@image-pipeline/local/running-runtimes";
import { UserFault } from "@image-pipeline/schema/user-fault";
import * as z from "zod";

const State = z.object({
  /** The last key of the listing that is done. */
  lastKey: z.string().min(1),
  updatedAt: z.iso.datetime(),
});
export type State = z.infer<typeof State>;

/** The position of a run, kept in a file, so that the same command continues from there. */
export interface Checkpoint {
  readonly path: string;
  /** @throws {UserFault} when the file is damaged */
  load(): Promise<State | undefined>;
  save(state: State): Promise<void>;
  clear(): Promise<void>;
}

/** The parts that make two runs the same one. */
export interface RunIdentity {
  bucket: string;
  /** The pipeline: two local runtimes have buckets of the same name. */
  place: string;
  prefix: string;
  onlyStale: boolean;
  recipeHash: string;
}

/** `<state folder of the user>/backfill-<hash>.json` */
export function toStatePath(
  variables: Readonly<Record<string, string | undefined>>,
  { bucket, place, prefix, onlyStale, recipeHash }: RunIdentity,
): string {
  const identity = JSON.stringify([bucket, place, prefix, onlyStale, recipeHash]);
  const hash = createHash("sha256").update(identity).digest("hex").slice(0, 16);
  const [folder = tmpdir()] = stateFolders(variables);
  return join(folder, `backfill-${hash}.json`);
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
    throw new UserFault(`the state file ${path} is damaged: run with --restart to start over`);
  }
}
