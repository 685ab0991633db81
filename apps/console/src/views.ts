import type { View } from "./shell/view.ts";
import { flow } from "./views/flow/index.ts";
import { gallery } from "./views/gallery/index.ts";
import { image } from "./views/image/index.ts";

/** Every view of the console, in the order of the navigation. */
export const VIEWS: readonly View[] = [flow, gallery, image];
