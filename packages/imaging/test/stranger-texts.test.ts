import { HOSTILE_ROWS, harmIn } from "@image-pipeline/testing";
import { expect, it } from "vitest";
import { cleanText } from "../src/exif-facts.ts";
import { corruptImage } from "../src/image-rejection.ts";

it.each(HOSTILE_ROWS)("cleans and bounds a profile's or a camera's name that %s", (_harm, text) => {
  const clean = cleanText(text.repeat(40)) ?? "";
  expect(harmIn(clean)).toEqual([]);
  expect(clean.length).toBeLessThanOrEqual(100);
});

it.each(HOSTILE_ROWS)("cleans and bounds a decoder's message that %s", (_harm, text) => {
  const { message } = corruptImage("jpeg", "cannot be decoded", new Error(text.repeat(40)));
  expect(harmIn(message)).toEqual([]);
  expect(message.length).toBeLessThan(300);
});
