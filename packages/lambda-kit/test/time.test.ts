import { Limits } from "@image-pipeline/schema/config";
import { expect, test } from "vitest";
import { RESERVE_MILLISECONDS, withinTime } from "../src/time.ts";

const limits = Limits.parse({ maxRenderSeconds: 20 });
const purpose = "to render";
const clockWith = (leftMilliseconds: number) => ({
  now: () => new Date(0),
  remainingMilliseconds: () => leftMilliseconds,
});
const timeout = async () => {
  throw Object.assign(new Error("too slow"), { reason: "RENDER_TIMEOUT" });
};

test.each([
  { left: 60_000, seconds: 20 },
  { left: RESERVE_MILLISECONDS + 8_000, seconds: 8 },
  { left: RESERVE_MILLISECONDS + 10, seconds: 1 },
])("allows $seconds s of work with $left ms left", async ({ left, seconds }) => {
  const given = await withinTime(
    { clock: clockWith(left), limits, purpose },
    async (own) => own.maxRenderSeconds,
  );
  expect(given).toBe(seconds);
});

test("keeps the timeout of work that had the time every picture may take", async () => {
  const work = withinTime({ clock: clockWith(60_000), limits, purpose }, timeout);
  await expect(work).rejects.toMatchObject({ reason: "RENDER_TIMEOUT" });
});

test("reports the timeout of work that had less time as OUT_OF_TIME", async () => {
  const work = withinTime({ clock: clockWith(RESERVE_MILLISECONDS + 8_000), limits, purpose }, timeout);
  await expect(work).rejects.toMatchObject({ code: "OUT_OF_TIME", message: "8 s were too few to render" });
});

test("does not start with less than the reserve left", async () => {
  const work = withinTime({ clock: clockWith(RESERVE_MILLISECONDS - 1), limits, purpose }, timeout);
  await expect(work).rejects.toMatchObject({ code: "OUT_OF_TIME", message: "only 2999 ms left to render" });
});
