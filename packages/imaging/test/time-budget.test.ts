import { Limits, Presets } from "@image-pipeline/schema/config";
import { describe, expect, it } from "vitest";
import { renderImage } from "../src/index.ts";
import { timeBudget } from "../src/time-budget.ts";
import { scene } from "./pictures/scene.ts";

/** Returns a clock that advances at each call. */
function ticking(stepMilliseconds: number) {
  let now = 0;
  return { now: () => (now += stepMilliseconds) };
}

describe("the time that a picture may take", () => {
  it("counts down in whole seconds, at least one", () => {
    const budget = timeBudget(3, ticking(900));
    expect([budget.secondsLeft(), budget.secondsLeft(), budget.secondsLeft()]).toEqual([3, 2, 1]);
    expect(() => budget.secondsLeft()).toThrow(expect.objectContaining({ reason: "RENDER_TIMEOUT" }));
  });

  it("rejects the picture once it is used up, with its length and the known facts", async () => {
    const recipe = {
      presets: Presets.parse({ one: { width: 100, formats: ["webp", "jpeg"] } }),
      limits: Limits.parse({ maxRenderSeconds: 5 }),
    };
    const rendered = renderImage(await scene(400, 300).png().toBuffer(), recipe, () => {}, ticking(1000));
    await expect(rendered).rejects.toMatchObject({
      reason: "RENDER_TIMEOUT",
      message: expect.stringContaining("5 s"),
      facts: { format: "png", width: 400, height: 300 },
    });
  });

  it("interrupts a running operation", async () => {
    const picture = await scene(3000, 2000).png().toBuffer();
    const recipe = {
      presets: Presets.parse({ one: { width: 2900, formats: [{ format: "avif", effort: 9 }] } }),
      limits: Limits.parse({ maxRenderSeconds: 0.001 }),
    };
    await expect(renderImage(picture, recipe, () => {})).rejects.toMatchObject({ reason: "RENDER_TIMEOUT" });
  });
});
