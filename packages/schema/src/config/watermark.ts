import * as z from "zod";
import { Position } from "./positions.ts";

const Percent = z.int().min(1).max(100);

/** The characters of the stroke font that the engine contains, so that no font has to be installed. */
const STROKE_TEXT = /^[ -~¡¢£¥¦¨©ª«®°±²³´·¹º»¼½¾¿À-ÅÇ-Ýßà-åç-ïñ-ýÿŸ–—“”‹›€]*$/;
/** A line with something to see. A font may have any characters but controls, line ends and halves of characters. */
const ONE_LINE = /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*[^\p{C}\p{Z}][^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u;

/** Returns a schema of its own for each file's hash, as each has its own description. */
const hash = () =>
  z
    .string()
    .regex(/^[0-9a-f]{32}$/, "must be left out")
    .optional();

/** A line of text or a logo over a rendition. */
export const Watermark = z
  .strictObject({
    text: z.string().min(1).max(80).optional(),
    font: z
      .string()
      .regex(
        /^[A-Za-z0-9][\w.-]{0,59}\.(ttf|otf)$/,
        "must be the name of a TTF or OTF file in the folder fonts",
      )
      .optional(),
    fontHash: hash(),
    image: z
      .string()
      .regex(/^[A-Za-z0-9][\w.-]{0,59}\.png$/, "must be the name of a PNG file in the folder logos")
      .optional(),
    imageHash: hash(),
    position: Position.default("right bottom"),
    colour: z
      .string()
      .regex(/^#[0-9a-fA-F]{6}$/, "must be a colour such as #ffffff")
      .default("#ffffff"),
    opacityPercent: Percent.default(60),
    widthPercent: Percent.default(30),
    marginPercent: z.number().min(0).max(25).default(3),
  })
  .refine(
    ({ text, image }) => (text === undefined) !== (image === undefined),
    "must have either a text or an image",
  )
  .refine(({ font, image }) => font === undefined || image === undefined, "must have no font beside an image")
  .refine(({ text = "", font }) => font !== undefined || STROKE_TEXT.test(text), {
    path: ["text"],
    message:
      "must be Latin text: letters, digits, punctuation and signs such as ©; other scripts need a font, a file in the folder fonts",
  })
  .refine(({ text, font }) => text === undefined || font === undefined || ONE_LINE.test(text), {
    path: ["text"],
    message: "must be one line of visible characters",
  });
export type Watermark = z.infer<typeof Watermark>;
