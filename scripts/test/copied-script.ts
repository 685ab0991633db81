import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

export interface Run {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A repository with copies of scripts, of which the first is run, and other files; a file below `.bin` is a shell script. */
export function copiedScript(scripts: [string, ...string[]], files: Record<string, string>) {
  const root = mkdtempSync(join(tmpdir(), "a repository "));
  onTestFinished(() => rmSync(root, { recursive: true }));
  function write(name: string, text: string): void {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, name.includes(".bin/") ? `#!/bin/sh\n${text}\n` : text);
    if (name.includes(".bin/")) chmodSync(path, 0o755);
  }
  for (const [name, text] of Object.entries(files)) write(name, text);
  mkdirSync(join(root, "scripts"));
  for (const script of scripts)
    cpSync(join(import.meta.dirname, "..", script), join(root, "scripts", script));

  /** @param stopAt text in the output at which the script gets SIGTERM */
  async function run(args: string[] = [], env: NodeJS.ProcessEnv = {}, stopAt?: string): Promise<Run> {
    const child = spawn(process.execPath, [join(root, "scripts", scripts[0]), ...args], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const printed = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (text: string) => {
        printed[name] += text;
        if (stopAt && text.includes(stopAt)) child.kill("SIGTERM");
      });
    await once(child, "close");
    return { code: child.exitCode, ...printed };
  }
  return { root, write, run };
}
