import * as z from "zod";

const POSITIONS = [
  "centre",
  "top",
  "right top",
  "right",
  "right bottom",
  "bottom",
  "left bottom",
  "left",
  "left top",
] as const;

/** A place in a picture, for a watermark. */
export const Position = z.enum(POSITIONS);
/** The part of a picture that a crop keeps: a place, or the part that sharp finds the most detailed or striking. */
export const CropPosition = z.enum([...POSITIONS, "entropy", "attention"]);
