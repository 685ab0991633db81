/** A picture of the pipeline as a React component. It has no state and no effect, so it is a server component as well. */
import { type ComponentPropsWithoutRef, type CSSProperties, createElement, type ReactNode } from "react";
import { type PictureOptions, picture, type Showable } from "./picture.ts";
import { type PlaceholderFacts, placeholder } from "./placeholder.ts";

type ImageProps = Omit<
  ComponentPropsWithoutRef<"img">,
  "src" | "srcSet" | "width" | "height" | "alt" | "sizes"
>;

export interface PictureProps extends ImageProps, PictureOptions {
  manifest: Showable & { facts?: PlaceholderFacts & { hasAlpha?: boolean } };
  /** The description of the picture. An empty text is for pictures that are decoration only. */
  alt: string;
  /** Loads the picture at once and before others: for the largest one at the top of a page (default: false, lazy). */
  priority?: boolean;
  /** Shows the blurred placeholder until the picture is loaded (default: true). */
  blur?: boolean;
  /** Shown instead if the image has no renditions: it was rejected or deleted (default: nothing). */
  fallback?: ReactNode;
}

/** A `<picture>` with a source for each format, fixed proportions and a blurred placeholder. */
export function Picture(props: PictureProps): ReactNode {
  const {
    manifest,
    baseUrl,
    sizes,
    presets,
    sign,
    priority,
    blur = true,
    fallback = null,
    style,
    ...image
  } = props;
  const data = picture(manifest, {
    baseUrl,
    ...(sizes !== undefined && { sizes }),
    ...(presets !== undefined && { presets }),
    ...(sign !== undefined && { sign }),
  });
  if (!data) return fallback;
  return createElement(
    "picture",
    null,
    ...data.sources.map(({ type, srcset, sizes }) =>
      createElement("source", { key: type, type, srcSet: srcset, sizes }),
    ),
    createElement("img", {
      ...(priority ? { fetchPriority: "high" } : { loading: "lazy" }),
      decoding: "async",
      ...image,
      ...data.img,
      style: { maxWidth: "100%", height: "auto", ...(blur && toBackground(manifest)), ...style },
    }),
  );
}

/** An opaque picture covers its background. A transparent one would show it, so it gets none. */
function toBackground(manifest: {
  status: string;
  facts?: PlaceholderFacts & { hasAlpha?: boolean };
}): CSSProperties {
  if (manifest.facts?.hasAlpha) return {};
  const { dataUrl, colour } = placeholder(manifest);
  return {
    ...(colour !== undefined && { backgroundColor: colour }),
    ...(dataUrl !== undefined && { backgroundImage: `url("${dataUrl}")`, backgroundSize: "100% 100%" }),
  };
}
