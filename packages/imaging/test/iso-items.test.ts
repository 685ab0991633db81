import { expect, it } from "vitest";
import { readIsoItems } from "../src/iso-items.ts";
import { box } from "./pictures/heic-file.ts";

const uint16 = (...values: number[]) => Buffer.from(values.flatMap((value) => [value >> 8, value & 255]));
const FULL = Buffer.alloc(4);

/** Returns a file of one item, which has `extents` parts, each the first 200 bytes, and `lists` lists of 250 properties. */
function file({ extents = 1, lists = 1 }): Buffer {
  const item = box("infe", Buffer.from([2, 0, 0, 0]), uint16(1, 0), Buffer.from("hvc1\0", "latin1"));
  const places = Array.from({ length: extents }, () => Buffer.from([0, 0, 0, 0, 0, 0, 0, 200]));
  const place = Buffer.concat([uint16(0x4400, 1), uint16(1, 0, extents), ...places]);
  const list = box("ipma", FULL, Buffer.from([0, 0, 0, 1, 0, 1, 250]), Buffer.alloc(250, 1));
  const meta = box(
    "meta",
    FULL,
    box("pitm", FULL, uint16(1)),
    box("iinf", FULL, uint16(1), item),
    box("iloc", FULL, place),
    box("iprp", box("ipco", box("ispe", Buffer.alloc(12))), ...Array.from({ length: lists }, () => list)),
  );
  return Buffer.concat([meta, box("mdat", Buffer.alloc(200))]);
}

it("reads an item of several parts", () => {
  const item = readIsoItems(file({ extents: 3 }))?.items.get(1);
  expect(item?.extents?.map(({ length }) => length)).toEqual([200, 200, 200]);
  expect(item?.properties).toHaveLength(250);
});

it("refuses items whose parts are together several times the file", () => {
  expect(readIsoItems(file({ extents: 64 }))).toBeUndefined();
});

it("refuses more associations of properties than any photograph has", () => {
  expect(readIsoItems(file({ lists: 32 }))?.items.size).toBe(1);
  expect(readIsoItems(file({ lists: 33 }))).toBeUndefined();
});
