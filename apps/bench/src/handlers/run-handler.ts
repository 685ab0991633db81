import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { usageOf } from "@image-pipeline/engine-process/usage";
import type { HandlerOrder, HandlerTimes } from "./handler-run.ts";

/** The CPU time of this process and of those that the handler has started; theirs is known on Linux only. */
function cpuMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  const children = childrenOf(process.pid).map((pid) => usageOf(pid)?.cpuSeconds ?? 0);
  return (user + system) / 1000 + 1000 * children.reduce((sum, seconds) => sum + seconds, 0);
}

function childrenOf(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  return existsSync(file) ? (readFileSync(file, "latin1").match(/\d+/g) ?? []).map(Number) : [];
}

/** The child of `runHandler`: one execution environment, whose times are sent to the parent. */
const { module, events }: HandlerOrder = JSON.parse(process.argv[2] ?? "");
const spent = (since: { cpu: number; wall: number }) => ({
  cpu: cpuMilliseconds() - since.cpu,
  wall: performance.now() - since.wall,
});
const now = () => ({ cpu: cpuMilliseconds(), wall: performance.now() });
const context = {
  functionName: "bench",
  memoryLimitInMB: "1769",
  invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:bench",
  awsRequestId: "bench",
  getRemainingTimeInMillis: () => 60_000,
};

let logged = 0;
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (text: string | Uint8Array) => {
  logged += Buffer.byteLength(text);
  return write(text);
};

const beforeLoad = now();
const { handler } = module.endsWith(".ts") ? await import(module) : createRequire(import.meta.url)(module);
const times: HandlerTimes = { load: spent(beforeLoad), events: [] };
for (const event of events) {
  const before = now();
  const loggedBefore = logged;
  const answer = await handler(event, context);
  times.events.push({ ...spent(before), logBytes: logged - loggedBefore });
  if (answer?.batchItemFailures?.length > 0) throw new Error("a message was given back to its queue");
}
process.send?.(times, () => process.exit());
