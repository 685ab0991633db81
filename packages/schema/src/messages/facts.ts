import * as z from "zod";
import { MAX_FACT_CHARACTERS, MAX_RIGHTS_CHARACTERS } from "../plain-text.ts";

/** Text from a picture: one line without control characters (`toCleanText`). */
const FactText = z.string().min(1).max(MAX_FACT_CHARACTERS);

/** EXIF by allow-list: never GPS, never serial numbers. Exposure time in seconds, focal length in millimetres. */
export const ExifFacts = z.object({
  /** ISO 8601 local time, with an offset only if the camera wrote one. */
  takenAt: FactText.optional(),
  make: FactText.optional(),
  model: FactText.optional(),
  lens: FactText.optional(),
  exposureSeconds: z.number().optional(),
  fNumber: z.number().optional(),
  iso: z.number().optional(),
  focalLengthMillimetres: z.number().optional(),
});

/** The formats of sources. */
export const SourceFormat = z.enum(["jpeg", "png", "webp", "gif", "tiff", "avif", "heic", "raw", "svg"]);
export type SourceFormat = z.infer<typeof SourceFormat>;

const RightsText = z.string().min(1).max(MAX_RIGHTS_CHARACTERS);
const Share = z.number().min(0).max(1);

/** Facts about a picture, read from its bytes. Width and height are of one frame, in pixels, after orientation. */
export const Facts = z.object({
  format: SourceFormat,
  width: z.int().positive(),
  height: z.int().positive(),
  pages: z.int().positive(),
  /** Set if its pages are frames of an animation. */
  isAnimated: z.literal(true).optional(),
  hasAlpha: z.boolean(),
  /** The colour model: `srgb`, `cmyk`, `b-w` (grey), `lab`, …; an RGB source with a wider profile counts as `srgb` too. */
  colourSpace: FactText,
  /** The name in the embedded profile, such as `Display P3`. */
  colourProfile: FactText.optional(),
  /** Set if an RGB profile with colours outside sRGB is embedded, which a `p3` preset keeps. */
  isWideGamut: z.literal(true).optional(),
  /** Set if the colours are in high dynamic range (PQ or HLG); renditions are mapped to the range of sRGB. */
  hdr: z.literal(true).optional(),
  /** Set if the file has a gain map for displays of high dynamic range; renditions are made from its standard picture. */
  hasGainMap: z.literal(true).optional(),
  /** Set for a graphic, such as a screenshot or a logo, which an encoder's `auto` keeps sharper than a photograph. */
  isGraphic: z.literal(true).optional(),
  /** Set for a picture with transparency that is a blank area on white, such as a white logo. */
  vanishesOnWhite: z.literal(true).optional(),
  /** Bits of one channel. */
  bitDepth: z.int().positive().optional(),
  exif: ExifFacts,
  /** The notice of copyright, and the creators, from EXIF, XMP or IPTC. */
  copyright: RightsText.optional(),
  creator: RightsText.optional(),
  /** The point that `cover` crops keep near their centre, as shares of width and height: the source's metadata `focus`. */
  focus: z.object({ x: Share, y: Share }).optional(),
  /** The text of that metadata if it is not such a point; it was ignored. */
  ignoredFocus: FactText.optional(),
  /** ThumbHash, base64 (evanw.github.io/thumbhash). */
  thumbhash: z.base64(),
  dominantColour: z.string().regex(/^#[0-9a-f]{6}$/),
  /** 64-bit DCT hash (pHash); pictures that look alike differ in few bits. */
  perceptualHash: z.string().regex(/^[0-9a-f]{16}$/),
  /** The hash of the source's bytes. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Facts = z.infer<typeof Facts>;
