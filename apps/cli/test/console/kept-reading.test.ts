import { describe, expect, it } from "vitest";
import { connect } from "../../src/connection/connect.ts";
import { openPipeline } from "../../src/connection/open-pipeline.ts";
import { keptReading } from "../../src/console/kept-reading.ts";
import { fauxqsPipeline, PIPELINES } from "../fauxqs-pipeline.ts";

/** Readings that end when they are told to, of a pipeline that is not asked anything. */
async function reading({ usesOld }: { usesOld: boolean }) {
  const services = await fauxqsPipeline();
  const open = openPipeline(await connect({ endpoint: services.endpoint }, PIPELINES));
  await services.stop();
  let now = 0;
  const clock = {
    now: () => now,
    async sleep(milliseconds: number) {
      now += Math.max(0, milliseconds);
    },
  };
  const started: PromiseWithResolvers<string>[] = [];
  const kept = keptReading(
    () => {
      const one = Promise.withResolvers<string>();
      started.push(one);
      return one.promise;
    },
    { clock, leastMilliseconds: 100, usesOld },
  );
  return {
    kept,
    started,
    value: () => kept.value(open),
    renew: (signal = new AbortController().signal) => kept.renew(open, signal),
    now: () => now,
    pass(milliseconds: number) {
      now += milliseconds;
    },
  };
}

describe("a reading that is kept", () => {
  it("is shared by all requests, and used for ten times the time that it took", async () => {
    const { value, started, pass } = await reading({ usesOld: false });
    const answers = [value(), value()];
    await Promise.resolve();
    pass(30);
    started[0]?.resolve("first");
    expect(await Promise.all(answers)).toEqual(["first", "first"]);
    pass(299);
    expect([await value(), started.length]).toEqual(["first", 1]);
    pass(1);
    const next = value();
    await Promise.resolve();
    started[1]?.resolve("second");
    expect(await next).toBe("second");
  });

  it("is still used while the next is read, if an old one will do, but not for long", async () => {
    const { value, started, pass } = await reading({ usesOld: true });
    const first = value();
    await Promise.resolve();
    started[0]?.resolve("first");
    await first;
    pass(150);
    expect([await value(), started.length]).toEqual(["first", 2]);
    pass(50);
    const next = value();
    await Promise.resolve();
    started[1]?.resolve("second");
    expect([await next, started.length]).toEqual(["second", 2]);
  });

  it("is tried again after it has failed", async () => {
    const { value, started } = await reading({ usesOld: false });
    const first = value();
    await Promise.resolve();
    started[0]?.reject(new Error("no answer"));
    await expect(first).rejects.toThrow("no answer");
    const next = value();
    await Promise.resolve();
    started[1]?.resolve("second");
    expect(await next).toBe("second");
  });

  it("is renewed by a reading that begins after the call, and not before the time of the last one is over", async () => {
    const { value, renew, started, now } = await reading({ usesOld: true });
    const first = value();
    await Promise.resolve();
    const renewed = renew();
    started[0]?.resolve("first");
    expect(await first).toBe("first");
    await expect.poll(() => started.length).toBe(2);
    expect(now()).toBe(100);
    started[1]?.resolve("second");
    expect(await renewed).toBe("second");
    expect([await value(), started.length]).toEqual(["second", 2]);
  });

  it("is not renewed for a page that has gone", async () => {
    const { renew, started } = await reading({ usesOld: true });
    await expect(renew(AbortSignal.abort("gone"))).rejects.toBe("gone");
    expect(started.length).toBe(0);
  });

  it("has the changes that were made while it ran", async () => {
    const { value, started, kept } = await reading({ usesOld: false });
    const first = value();
    await Promise.resolve();
    kept.update((text) => `${text}, changed`);
    started[0]?.resolve("first");
    expect(await first).toBe("first, changed");
  });
});
