import { expect, it } from "vitest";
import { placeholder, thumbHashToDataUrl } from "../src/placeholder.ts";

const HASH = "1QcSHQRnh493V4dIh4eXh1h4kJUI";
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

it("turns a ThumbHash into the data URL of a PNG", () => {
  const url = thumbHashToDataUrl(HASH) ?? "";
  expect(url.startsWith("data:image/png;base64,")).toBe(true);
  expect(Buffer.from(url.split(",")[1] ?? "", "base64").subarray(0, 4)).toEqual(PNG);
});

it.each(["", "AAAA", "not base64!"])("has no picture for %j, which is not a ThumbHash", (hash) => {
  expect(thumbHashToDataUrl(hash)).toBeUndefined();
});

it("takes the dominant colour as it is in the manifest", () => {
  expect(placeholder({ status: "processed", facts: { thumbhash: HASH, dominantColour: "#8a7f6e" } })).toEqual(
    {
      dataUrl: thumbHashToDataUrl(HASH),
      colour: "#8a7f6e",
    },
  );
});

it("is empty for a manifest without facts", () => {
  expect(placeholder({ status: "deleted" })).toEqual({});
});
