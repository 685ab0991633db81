import { BackgroundProcess } from "./background-process.ts";

/** An AWS API server of the test's own, on a free port. */
export function startMoto(cwd: string): Promise<BackgroundProcess> {
  return BackgroundProcess.start({
    command: "moto_server",
    args: ["-H", "127.0.0.1", "-p", "0"],
    cwd,
    env: process.env,
    ready: /Running on (http:\/\/127\.0\.0\.1:\d+)/,
    deadlineMilliseconds: 30_000,
  });
}
