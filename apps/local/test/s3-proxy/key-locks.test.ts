import { describe, expect, it } from "vitest";
import { keyLocks } from "../../src/s3-proxy/key-locks.ts";

describe("keyLocks", () => {
  it("runs work for the same name one after the other, in the order of the calls", async () => {
    const locks = keyLocks();
    const gate = Promise.withResolvers<void>();
    const log: string[] = [];
    const first = locks.run(["a"], async () => {
      await gate.promise;
      log.push("first");
    });
    const second = locks.run(["a", "b"], async () => void log.push("second"));
    const third = locks.run(["b"], async () => void log.push("third"));
    await locks.run(["c"], async () => void log.push("elsewhere"));
    gate.resolve();
    await Promise.all([first, second, third]);
    expect(log).toEqual(["elsewhere", "first", "second", "third"]);
  });

  it("continues after work that failed", async () => {
    const locks = keyLocks();
    const failing = locks.run(["a"], () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    expect(await locks.run(["a"], async () => "next")).toBe("next");
  });

  it("accepts a name twice in one call", async () => {
    expect(await keyLocks().run(["a", "a"], async () => "done")).toBe("done");
  });
});
