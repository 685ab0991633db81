import { expect, it, vi } from "vitest";
import { keepingLook, type Sight } from "../../src/rekognition/look-at.ts";

const SIGHT: Sight = { width: 1, height: 1, colour: [0, 0, 0], spread: 0 };

it("a picture is looked at once for both of its calls, and again after another picture", async () => {
  const look = vi.fn(async () => SIGHT);
  const keeping = keepingLook(look);
  for (const bytes of ["one", "one", "other", "one"]) expect(await keeping(Buffer.from(bytes))).toBe(SIGHT);
  expect(look).toHaveBeenCalledTimes(3);
});
