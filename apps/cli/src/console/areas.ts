import type { NewArea } from "./area.ts";
import { check } from "./check.ts";
import { cost } from "./cost.ts";
import { deadLetters } from "./dead-letters/dead-letters.ts";
import { events } from "./events.ts";
import { flow } from "./flow.ts";
import { images } from "./images/images.ts";
import { lab } from "./lab.ts";
import { session } from "./session.ts";
import { story } from "./story.ts";

/** Every area of the console. */
export const AREAS: readonly NewArea[] = [
  session,
  flow,
  images,
  story,
  deadLetters,
  check,
  events,
  cost,
  lab,
];
