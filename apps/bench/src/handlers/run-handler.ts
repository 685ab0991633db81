import { createRequire } from "node:module";
import type { HandlerOrder, HandlerTimes } from "./handler-run.ts";

/** The child of `runHandler`: one execution environment, whose times are sent to the parent. */
const { module, events }: HandlerOrder = JSON.parse(process.argv[2] ?? "");
const spent = (since: { cpu: NodeJS.CpuUsage; wall: number }) => {
  const { user, system } = process.cpuUsage(since.cpu);
  return { cpu: (user + system) / 1000, wall: performance.now() - since.wall };
};
const now = () => ({ cpu: process.cpuUsage(), wall: performance.now() });
const context = {
  functionName: "bench",
  memoryLimitInMB: "1769",
  invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:bench",
  awsRequestId: "bench",
  getRemainingTimeInMillis: () => 60_000,
};

const beforeLoad = now();
const { handler } = module.endsWith(".ts") ? await import(module) : createRequire(import.meta.url)(module);
const times: HandlerTimes = { load: spent(beforeLoad), events: [] };
for (const event of events) {
  const before = now();
  const answer = await handler(event, context);
  times.events.push(spent(before));
  if (answer?.batchItemFailures?.length > 0) throw new Error("a message was given back to its queue");
}
process.send?.(times, () => process.exit());
