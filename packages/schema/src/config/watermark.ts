import * as z from "zod";
import { Position } from "./positions.ts";

const Percent = z.int().min(1).max(100);

/**
 * A line of text or a logo over a rendition. The engine draws text with a stroke font that it contains, so that no font has to be
 * installed; its characters are ASCII, most of Latin-1, and a few signs.
 */
export const Watermark = z
  .strictObject({
    text: z
      .string()
      .min(1)
      .max(80)
      .regex(
        /^[ -~¡¢£¥¦¨©ª«®°±²³´·¹º»¼½¾¿À-ÅÇ-Ýßà-åç-ïñ-ýÿŸ–—“”‹›€]*$/,
        "must be Latin text: letters, digits, punctuation and signs such as ©",
      )
      .optional(),
    image: z
      .string()
      .regex(/^[A-Za-z0-9][\w.-]{0,59}\.png$/, "must be the name of a PNG file in the folder logos")
      .optional(),
    imageHash: z
      .string()
      .regex(/^[0-9a-f]{32}$/, "must be left out")
      .optional(),
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
  );
export type Watermark = z.infer<typeof Watermark>;
