import type { Sight } from "./look-at.ts";

/** A label; `parent` is the label above it, empty at the top. */
export interface Seen {
  name: string;
  parent: string;
  confidence: number;
}

/** The colour labels: the nearest one is used. */
const COLOURS: Readonly<Record<string, readonly [number, number, number]>> = {
  Black: [0, 0, 0],
  Grey: [128, 128, 128],
  White: [255, 255, 255],
  Red: [220, 30, 30],
  Orange: [230, 130, 30],
  Yellow: [230, 220, 40],
  Green: [40, 150, 60],
  Cyan: [40, 190, 200],
  Blue: [50, 90, 200],
  Magenta: [220, 40, 200],
  Brown: [110, 75, 45],
};

/**
 * The moderation label of a picture in one plain colour, so that moderation can be tried out: no photograph is that plain.
 * Names and levels are Rekognition's.
 */
const MODERATED: readonly { of: string; name: string; parent: string }[] = [
  { of: "Red", name: "Graphic Violence", parent: "Violence" },
  { of: "Magenta", name: "Explicit Nudity", parent: "Explicit" },
  { of: "Orange", name: "Female Swimwear or Underwear", parent: "Swimwear or Underwear" },
];
/** The largest deviation of a picture in one plain colour, in levels of 255. */
const PLAIN_SPREAD = 12;
const PLAIN_DISTANCE = 60;

export function toLabels({ width, height, ...sight }: Sight): Seen[] {
  const { name, distance } = nearest(sight);
  const shape = width === height ? "Square" : width > height ? "Landscape" : "Portrait";
  return [
    { name, parent: "Colour", confidence: toConfidence(distance) },
    { name: "Colour", parent: "", confidence: 99 },
    { name: shape, parent: "Shape", confidence: 99 },
    { name: "Shape", parent: "", confidence: 99 },
  ];
}

export function toModerationLabels(sight: Sight): Seen[] {
  const { name, distance } = nearest(sight);
  if (sight.spread > PLAIN_SPREAD || distance > PLAIN_DISTANCE) return [];
  const confidence = toConfidence(distance);
  return MODERATED.filter(({ of }) => of === name).flatMap((label) => [
    { name: label.name, parent: label.parent, confidence },
    { name: label.parent, parent: "", confidence },
  ]);
}

function nearest({ colour }: Pick<Sight, "colour">): { name: string; distance: number } {
  const [first, ...others] = Object.entries(COLOURS).map(([name, named]) => ({
    name,
    distance: Math.hypot(...named.map((level, index) => level - (colour[index] ?? 0))),
  }));
  if (!first) throw new Error("no colour is named");
  return others.reduce((best, one) => (one.distance < best.distance ? one : best), first);
}

/** Returns 99 for the exact colour, and less with the distance, but at least 50. */
function toConfidence(distance: number): number {
  return Math.max(50, Math.round(99 - distance / 4));
}
