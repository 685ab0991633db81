import { inflateSync } from "node:zlib";
import type { Facts } from "@image-pipeline/schema/manifest";
import { pngChunks } from "../formats/png-chunks.ts";
import {
  directoryOffsets,
  readDirectory,
  type TiffField,
  type TiffFile,
  tiffFile,
} from "../formats/tiff-directory.ts";
import { readIsoItems } from "../iso-items.ts";
import { jpegSegments, MARKER } from "../jpeg-segments.ts";

/** The metadata of a file beside EXIF: a packet of XMP (ISO 16684-1), and the datasets of IPTC (IIM 4.2). */
export interface Packets {
  xmp?: Buffer | undefined;
  iptc?: Buffer | undefined;
}

/** Larger packets are not read; those of editors have some ten kilobytes. */
const MAX_PACKET_BYTES = 256 * 1024;

const FIND: Record<Facts["format"], (file: Buffer) => Packets> = {
  jpeg: inJpeg,
  png: inPng,
  webp: inWebp,
  tiff: inTiff,
  avif: inIsoItems,
  heic: inIsoItems,
  raw: inRaw,
  svg: inSvg,
  gif: () => ({}),
};

/** Finds the first packet of each kind in a file whose parts were counted before (`prepare` of its format). */
export function findPackets(source: Uint8Array, format: Facts["format"]): Packets {
  const file = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  const { xmp, iptc } = FIND[format](file);
  return { xmp: bounded(xmp), iptc: bounded(iptc) };
}

function bounded(packet: Buffer | undefined): Buffer | undefined {
  return packet && packet.length <= MAX_PACKET_BYTES ? packet : undefined;
}

/** The beginnings of the JPEG segments APP1 and APP13 with a packet. */
const JPEG_XMP = "http://ns.adobe.com/xap/1.0/\0";
const JPEG_PHOTOSHOP = "Photoshop 3.0\0";
const APP13 = 0xed;

/** The packets of the tags of a raw file that begins like a TIFF; those of a CR3 are not read. */
function inRaw(file: Buffer): Packets {
  return tiffFile(file).isTiff ? inTiff(file) : {};
}

function inJpeg(file: Buffer): Packets {
  const packets: Packets = {};
  for (const { marker, body } of jpegSegments(file)) {
    if (marker === MARKER.sos) break;
    if (marker === MARKER.app1) packets.xmp ??= after(body, JPEG_XMP);
    if (marker === APP13) packets.iptc ??= inPhotoshop(after(body, JPEG_PHOTOSHOP));
  }
  return packets;
}

function after(body: Buffer, begins: string): Buffer | undefined {
  return body.toString("latin1", 0, begins.length) === begins ? body.subarray(begins.length) : undefined;
}

const IPTC_RESOURCE = 0x0404;

/** Finds the datasets in Photoshop's image resources: a signature, an id, a name, a length and the data, each padded to even. */
function inPhotoshop(resources: Buffer | undefined): Buffer | undefined {
  if (!resources) return undefined;
  for (let at = 0; at + 12 <= resources.length; ) {
    if (resources.toString("latin1", at, at + 4) !== "8BIM") return undefined;
    const sizeAt = at + 6 + toEven(1 + resources.readUInt8(at + 6));
    if (sizeAt + 4 > resources.length) return undefined;
    const end = sizeAt + 4 + resources.readUInt32BE(sizeAt);
    if (resources.readUInt16BE(at + 4) === IPTC_RESOURCE) return resources.subarray(sizeAt + 4, end);
    at = toEven(end);
  }
  return undefined;
}

/** The packet of Adobe's editors stands in the text of the file. */
function inSvg(file: Buffer): Packets {
  const [start, end] = [file.indexOf("<x:xmpmeta"), file.indexOf("</x:xmpmeta>")];
  return start >= 0 && end > start ? { xmp: file.subarray(start, end + "</x:xmpmeta>".length) } : {};
}

function toEven(length: number): number {
  return length + (length & 1);
}

const PNG_XMP = "XML:com.adobe.xmp\0";

/** A PNG has XMP in a text chunk: an international one by the standard, a compressed one by libvips. */
function inPng(file: Buffer): Packets {
  for (const { name, body } of pngChunks(file)) {
    const text = name === "iTXt" || name === "zTXt" ? after(body, PNG_XMP) : undefined;
    if (text) return { xmp: name === "zTXt" ? inflated(text.subarray(1)) : fromInternational(text) };
  }
  return {};
}

/** Returns the text behind two flags, of which the first says that it is compressed, and two texts about its language. */
function fromInternational(text: Buffer): Buffer | undefined {
  const body = text.subarray(text.indexOf(0, text.indexOf(0, 2) + 1) + 1);
  return text[0] === 0 ? body : inflated(body);
}

function inflated(data: Buffer): Buffer | undefined {
  try {
    return inflateSync(data, { maxOutputLength: MAX_PACKET_BYTES });
  } catch {
    return undefined;
  }
}

function inWebp(file: Buffer): Packets {
  for (let at = 12; at + 8 <= file.length; ) {
    const end = at + 8 + file.readUInt32LE(at + 4);
    if (file.toString("latin1", at, at + 4) === "XMP ") return { xmp: file.subarray(at + 8, end) };
    at = toEven(end);
  }
  return {};
}

const TIFF_XMP = 700;
const TIFF_IPTC = 33_723;
const LONG = 4;

function inTiff(file: Buffer): Packets {
  const tiff = tiffFile(file);
  const [at] = directoryOffsets(tiff);
  const fields = (at !== undefined && readDirectory(tiff, at)?.fields) || [];
  const dataOf = (tag: number) =>
    dataOfField(
      tiff,
      fields.find((field) => field.tag === tag),
    );
  return { xmp: dataOf(TIFF_XMP), iptc: dataOf(TIFF_IPTC) };
}

/** Returns the bytes of a field that does not fit into its entry. IPTC is stored as bytes, or as a list of LONG. */
function dataOfField(tiff: TiffFile, field: TiffField | undefined): Buffer | undefined {
  if (!field) return undefined;
  const entry = field.bytes.byteOffset - tiff.file.byteOffset;
  const size = tiff.uint(entry + 2, 2) === LONG ? 4 : 1;
  const length = size * (tiff.uint(entry + 4, tiff.word) ?? 0);
  const at = tiff.uint(entry + 4 + tiff.word, tiff.word);
  return at !== undefined && at + length <= tiff.file.length
    ? tiff.file.subarray(at, at + length)
    : undefined;
}

function inIsoItems(file: Buffer): Packets {
  const { items } = readIsoItems(file) ?? {};
  for (const { type, extents = [] } of items?.values() ?? []) {
    const [data] = type === "mime" && extents.length === 1 ? extents : [];
    if (data?.includes("rdf:RDF")) return { xmp: data };
  }
  return {};
}
