import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Toolchain } from "@image-pipeline/schema/toolchains";
import { parse } from "yaml";
import { z } from "zod";

export const ROOT = join(import.meta.dirname, "../../../..");
/** Outside of `node_modules`, whose size is bounded; pnpm links the files from its store. */
const CACHE = join(ROOT, ".cache/toolchains");
const NODE_PACKAGE = `node-${process.platform === "darwin" && process.arch === "arm64" ? "bin-" : ""}${process.platform}-${process.arch}`;
const PACKAGES = ["@cdktf/provider-aws", "cdktf", "constructs", NODE_PACKAGE];
const Workspace = z.object({ catalogs: z.record(z.string(), z.record(z.string(), z.string())) });

/** The folder in which a toolchain is installed, or the reason why it is not. */
export type Installed = { folder: string; node: string } | { missing: string };

/** Installs the packages of a toolchain that make the stacks, and its Node.js, in the versions of the workspace's catalog. */
export async function installToolchain(name: Toolchain): Promise<Installed> {
  const folder = join(CACHE, name);
  const manifest = JSON.stringify({ private: true, dependencies: versionsOf(name) }, null, 2);
  const stamp = join(folder, ".installed");
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== manifest) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), manifest);
    const options = ["--ignore-workspace", "--no-lockfile", "--ignore-scripts"];
    try {
      await promisify(execFile)(
        join(ROOT, "node_modules/.bin/pnpm"),
        ["install", "--dir", folder, "--prefer-offline", ...options],
        { cwd: folder, env: { ...process.env, pnpm_config_fetch_retries: "1" } },
      );
    } catch (error) {
      return { missing: `the toolchain ${name} from the npm registry (${toReason(error)})` };
    }
    writeFileSync(stamp, manifest);
  }
  return { folder, node: join(folder, "node_modules", NODE_PACKAGE, "bin/node") };
}

function versionsOf(name: Toolchain): Record<string, string> {
  const { catalogs } = Workspace.parse(
    parse(readFileSync(join(ROOT, "pnpm-workspace.yaml"), "utf8"), { maxAliasCount: 100 }),
  );
  return Object.fromEntries(PACKAGES.map((each) => [each, catalogs[name]?.[each] ?? "missing"]));
}

function toReason(error: unknown): string {
  const output = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
  return (
    /ERR_PNPM_\w+|ERR\w+.*/.exec(output)?.[0] ?? (error instanceof Error ? error.message : String(error))
  );
}
