import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { OpenConsole } from "@image-pipeline/local";

const PROGRAM = join(import.meta.dirname, "../main.ts");

/** Starts `npx pipeline console` in a process of its own, so that neither slows the other. It ends when this process ends. */
export const openConsole: OpenConsole = async (endpoint) => {
  const child = spawn(process.execPath, [PROGRAM, "console", "--endpoint", endpoint], {
    stdio: ["ignore", "pipe", "ignore", "ipc"],
  });
  const end = () => void child.kill();
  const { stdout } = child;
  if (stdout === null) return undefined;
  const line = await new Promise<string | undefined>((resolve) => {
    createInterface({ input: stdout })
      .once("line", resolve)
      .once("close", () => resolve(undefined));
    child.once("error", () => resolve(undefined));
  });
  const address = line?.match(/http:\S+/)?.[0];
  if (address !== undefined) return { address, end };
  end();
  return undefined;
};
