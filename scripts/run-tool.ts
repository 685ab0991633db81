import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const binaries = join(root, "node_modules/.bin");

/**
 * Runs a tool of `node_modules/.bin`, passes signals on to it, and returns its exit code. With "pipe" its output is shown only if
 * it fails. The folder is on its PATH, since Turbo looks for pnpm there.
 */
export async function runTool(tool: string, args: string[], output: "pipe" | "inherit"): Promise<number> {
  let child: ChildProcess | undefined;
  // A terminal sends Ctrl-C to the tool as well; everything else reaches this process alone.
  process.on("SIGINT", () => process.stdin.isTTY || child?.kill("SIGINT"));
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => child?.kill(signal));
  child = spawn(join(binaries, tool), args, {
    cwd: root,
    env: { ...process.env, PATH: `${binaries}:${process.env.PATH}`, TURBO_TELEMETRY_DISABLED: "1" },
    stdio: ["inherit", output, output],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  const code = await new Promise<number>((resolve) => {
    child.on("error", (error) => {
      printed += `${error.message}\n`;
      resolve(1);
    });
    child.on("close", (exitCode, signal) =>
      resolve(exitCode ?? 128 + (signal ? constants.signals[signal] : 0)),
    );
  });
  if (code !== 0) process.stderr.write(printed);
  return code;
}
