import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { temporaryFolder } from "../deployments.ts";

/** A folder whose `node_modules` has a toolchain's packages, and the Node.js to use. */
export interface Place {
  folder: string;
  node: string;
}

const INFRA = join(import.meta.dirname, "../..");
/** The toolchain that the workspace has chosen. */
export const CHOSEN: Place = { folder: INFRA, node: process.execPath };

/** Synthesises stacks with every type of resource with a toolchain, and returns the folder. */
export async function synthesiseWith({ folder, node }: Place): Promise<string> {
  const outdir = temporaryFolder();
  const scripts = ["use-toolchain.ts", "synthesise-everything.ts"].map((file) =>
    join(import.meta.dirname, file),
  );
  const env = { ...process.env, TOOLCHAIN_FOLDER: folder };
  await promisify(execFile)(node, ["--import", ...scripts, outdir], { cwd: INFRA, env });
  return outdir;
}
