import { expect, it } from "vitest";
import { picture } from "../src/index.ts";
import { aRendition, BASE, RENDITIONS } from "./renditions.ts";

const AT = "https://images.example.com/renditions/id/tag";
const processed = (renditions = RENDITIONS) => ({ status: "processed", renditions });

it("has a source for each format, the smallest files first, with its widths in order", () => {
  expect(picture(processed(), { ...BASE, sizes: "100vw" })).toEqual({
    sources: [
      {
        type: "image/avif",
        srcset: `${AT}/small.avif 320w, ${AT}/large.avif 1280w`,
        sizes: "100vw",
      },
      {
        type: "image/jpeg",
        srcset: `${AT}/small.jpeg 320w, ${AT}/large.jpeg 1280w`,
        sizes: "100vw",
      },
    ],
    img: { src: `${AT}/large.jpeg`, width: 1280, height: 960 },
  });
});

it("signs every address of a private picture", () => {
  const signed = picture(processed(), { ...BASE, sign: (url) => `${url}?signed` });
  expect(signed).toMatchObject({
    sources: [
      { srcset: `${AT}/small.avif?signed 320w, ${AT}/large.avif?signed 1280w` },
      { srcset: `${AT}/small.jpeg?signed 320w, ${AT}/large.jpeg?signed 1280w` },
    ],
    img: { src: `${AT}/large.jpeg?signed` },
  });
});

it("takes the named presets only, also one with other proportions", () => {
  expect(picture(processed(), { ...BASE, presets: ["thumb"] })).toEqual({
    sources: [
      { type: "image/avif", srcset: `${AT}/thumb.avif 160w` },
      { type: "image/jpeg", srcset: `${AT}/thumb.jpeg 160w` },
    ],
    img: { src: `${AT}/thumb.jpeg`, width: 160, height: 160 },
  });
});

it("keeps presets whose proportions differ by rounding", () => {
  const panorama = [
    aRendition("full", "jpeg", 2048, { height: 301 }),
    aRendition("small", "jpeg", 320, { height: 47 }),
    aRendition("tiny", "jpeg", 7, { height: 1 }),
  ];
  expect(picture(processed(panorama), BASE)?.sources[0]?.srcset.split(", ")).toHaveLength(3);
});

it("names each width once, for a small picture of which several presets have the same width", () => {
  const small = [aRendition("medium", "jpeg", 500), aRendition("large", "jpeg", 500)];
  expect(picture(processed(small), BASE)?.sources).toEqual([
    { type: "image/jpeg", srcset: `${AT}/large.jpeg 500w` },
  ]);
});

it("prefers what moves, since a still in a better format would hide the animation", () => {
  const animated = [...RENDITIONS, aRendition("medium", "webp", 640, { pages: 12 })];
  expect(picture(processed(animated), BASE)).toEqual({
    sources: [{ type: "image/webp", srcset: `${AT}/medium.webp 640w` }],
    img: { src: `${AT}/medium.webp`, width: 640, height: 480 },
  });
});

it("offers a format that it does not know first, and never as the image for every browser", () => {
  const future = [
    ...RENDITIONS,
    { ...aRendition("large", "jpeg", 1280), format: "jxl", contentType: "image/jxl" },
  ];
  const data = picture({ status: "processed", renditions: future }, BASE);
  expect(data?.sources.map(({ type }) => type)).toEqual(["image/jxl", "image/avif", "image/jpeg"]);
  expect(data?.img.src).toBe(`${AT}/large.jpeg`);
});

it.each([
  ["a rejected image", { status: "rejected", renditions: [] }, BASE],
  ["a deleted image", { status: "deleted", renditions: [] }, BASE],
  ["a status that it does not know", { status: "archived" }, BASE],
  ["presets without renditions", processed(), { ...BASE, presets: ["banner"] }],
])("is null for %s", (_name, manifest, options) => {
  expect(picture(manifest, options)).toBeNull();
});

it("shows the renditions of an image with a status that it does not know", () => {
  expect(picture({ status: "archived", renditions: RENDITIONS }, BASE)?.img.width).toBe(1280);
});
