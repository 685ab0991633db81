import { spawn } from "node:child_process";
import { delimiter, join, resolve } from "node:path";
import { UserFault } from "@image-pipeline/schema/user-fault";

export const ROOT = resolve(import.meta.dirname, "../../../..");

export interface ToolOptions {
  variables: Readonly<Record<string, string | undefined>>;
  /** Connects the tool to the user's terminal, its output to this stream; otherwise the output is returned. */
  showOn?: "stdout" | "stderr";
}

const FILE_DESCRIPTORS = { stdout: 1, stderr: 2 };

/**
 * Runs a program of the workspace at its root.
 *
 * @returns its exit code and its output
 * @throws {UserFault} when it cannot be started
 */
export async function runTool(
  command: string,
  args: readonly string[],
  { variables, showOn }: ToolOptions,
): Promise<{ code: number; output: string }> {
  const PATH = [join(ROOT, "node_modules/.bin"), variables.PATH ?? ""].join(delimiter);
  const child = spawn(command, args, {
    cwd: ROOT,
    env: { ...variables, PATH },
    stdio: showOn ? ["inherit", FILE_DESCRIPTORS[showOn], "inherit"] : ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  return new Promise((done, fail) => {
    child.on("error", (error) => fail(new UserFault(`${command} cannot be started: ${error.message}`)));
    child.on("close", (code) => done({ code: code ?? 1, output }));
  });
}

/** Builds packages whose sources have changed. @throws {UserFault} with the build's output */
export async function build(packages: string, { variables }: ToolOptions): Promise<void> {
  const quiet = ["--output-logs=errors-only", "--log-order=grouped"];
  const { code, output } = await runTool("turbo", ["run", "build", `--filter=${packages}`, ...quiet], {
    variables,
  });
  if (code !== 0) throw new UserFault(`the build failed:\n${output.trim()}`);
}
