import type { NewArea } from "./area.ts";
import { flow } from "./flow.ts";
import { images } from "./images/images.ts";
import { session } from "./session.ts";

/** Every area of the console. */
export const AREAS: readonly NewArea[] = [session, flow, images];
