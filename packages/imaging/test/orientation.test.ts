import { describe, expect, it } from "vitest";
import { CARD, cornersOf, storedCard, UPRIGHT } from "./pictures/orientation-card.ts";
import { render } from "./render.ts";

describe.each(["jpeg", "png", "webp", "tiff", "avif"] as const)("a %s with an orientation", (format) => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])("of %i is upright in every output", async (orientation) => {
    const card = storedCard(orientation);
    const source = await card.toFormat(format, { quality: 95 }).withMetadata({ orientation }).toBuffer();

    const { facts, renditions } = await render(source, {
      one: { width: CARD.width / 2, formats: ["webp", "jpeg", "avif", "png"] },
    });

    expect(facts).toMatchObject({ width: CARD.width, height: CARD.height });
    for (const { data, width, height } of renditions) {
      expect({ width, height }).toEqual({ width: CARD.width / 2, height: CARD.height / 2 });
      expect(await cornersOf(data)).toEqual(UPRIGHT);
    }
  });
});
