import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { waitFor } from "../src/progress/wait-for.ts";

const MINUTES = 60_000;

describe("waitFor", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("waits as long as the state keeps changing", async () => {
    const start = Date.now();
    const minute = () => Math.floor((Date.now() - start) / MINUTES);
    const wait = waitFor({ read: minute, until: (now) => now === 60 });
    await vi.advanceTimersByTimeAsync(60 * MINUTES);
    expect(await wait).toBe(60);
  });

  it("waits as long as there is another sign of progress", async () => {
    const start = Date.now();
    const minute = () => Math.floor((Date.now() - start) / MINUTES);
    const read = () => (minute() < 60 ? "RUNNING" : "DONE");
    const wait = waitFor({ read, until: (now) => now === "DONE", progress: minute });
    await vi.advanceTimersByTimeAsync(60 * MINUTES);
    expect(await wait).toBe("DONE");
  });

  it("rejects with the last state if nothing changes", async () => {
    const wait = waitFor({ read: () => "RUNNING", until: (now) => now === "DONE" });
    const rejected = expect(wait).rejects.toThrow('no progress for 600 s; the last state was "RUNNING"');
    await vi.advanceTimersByTimeAsync(11 * MINUTES);
    await rejected;
  });
});
