import { expect, it } from "vitest";
import { whileProgressing } from "../src/progress/while-progressing.ts";

const QUICK = { stallMilliseconds: 20, lookMilliseconds: 1 };

it("returns the result of work that ends", async () => {
  expect(await whileProgressing(Promise.resolve(7), () => "", QUICK)).toBe(7);
});

it("waits longer than the limit for work that makes progress", async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  let looks = 0;
  const progress = () => {
    looks += 1;
    if (looks === 40) resolve("done");
    return String(looks);
  };
  expect(await whileProgressing(promise, progress, QUICK)).toBe("done");
});

it("fails with the last progress of work that hangs", async () => {
  const hanging = whileProgressing(new Promise(() => {}), () => "3 of 9 images", QUICK);
  await expect(hanging).rejects.toThrow("no progress for 0.02 s:\n3 of 9 images");
});
