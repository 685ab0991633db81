import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, it } from "vitest";
import { Picture, type PictureProps } from "../src/react.ts";
import { BASE, RENDITIONS } from "./renditions.ts";

const FACTS = { thumbhash: "1QcSHQRnh493V4dIh4eXh1h4kJUI", dominantColour: "#8a7f6e" };
const MANIFEST = { status: "processed", renditions: RENDITIONS, facts: FACTS };

function render(props: Partial<PictureProps>): string {
  return renderToStaticMarkup(
    createElement(Picture, { ...BASE, manifest: MANIFEST, alt: "A cat", ...props }),
  );
}

it("renders the sources and an image with its proportions, loaded lazily", () => {
  const html = render({ sizes: "100vw", className: "wide" });
  expect(html).toMatch(
    /^<picture><source type="image\/avif" srcSet="[^"]+320w, [^"]+1280w" sizes="100vw"\/>/,
  );
  expect(html).toMatch(
    /<img loading="lazy" decoding="async" alt="A cat" class="wide" src="[^"]+large.jpeg" width="1280" height="960"/,
  );
});

it("loads a picture with priority at once", () => {
  const html = render({ priority: true });
  expect(html).toContain('fetchPriority="high"');
  expect(html).not.toContain("lazy");
});

it("shows the placeholder behind the image", () => {
  expect(render({})).toMatch(/background-color:#8a7f6e;background-image:url\(&quot;data:image\/png/);
});

it.each([
  ["without blur", { blur: false }],
  ["for a transparent picture", { manifest: { ...MANIFEST, facts: { ...FACTS, hasAlpha: true } } }],
])("shows no placeholder %s", (_case, props) => {
  expect(render(props)).not.toContain("background");
});

it("renders the fallback for an image without renditions", () => {
  expect(render({ manifest: { status: "rejected" }, fallback: "no picture" })).toBe("no picture");
  expect(render({ manifest: { status: "deleted" } })).toBe("");
});
