import type { ViewPath } from "./paths.ts";
import type { View } from "./shell/view.ts";
import { check } from "./views/check/index.ts";
import { cost } from "./views/cost/index.ts";
import { deadLetters } from "./views/dead-letters/index.ts";
import { events } from "./views/events/index.ts";
import { flow } from "./views/flow/index.ts";
import { gallery } from "./views/gallery/index.ts";
import { image } from "./views/image/index.ts";
import { lab } from "./views/lab/index.ts";

/** Every view of the console, in the order of the navigation. */
export const VIEWS: Readonly<Record<ViewPath, View>> = {
  "/": flow,
  "/images": gallery,
  "/images/:key": image,
  "/dead-letters": deadLetters,
  "/lab": lab,
  "/check": check,
  "/events": events,
  "/cost": cost,
};
