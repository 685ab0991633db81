import type { Facts } from "@image-pipeline/schema";
import type { Output } from "@image-pipeline/schema/config";
import type { Metadata } from "sharp";
import type { Header } from "../read-header.ts";

/** The formats of sources; those of renditions are `OutputFormat`. */
export type InputFormat = Facts["format"];

/** Support for sources of one format. */
export interface Decoder {
  /** The format's name in messages to the owner of a picture. */
  name: string;
  /** libvips' operation that decodes the format from memory. libvips refuses to run any other. */
  operation: `VipsForeignLoad${string}Buffer`;
  /** sharp's names for the format. A file for which sharp has other names is two formats at once, and refused. */
  metadata: { format: Metadata["format"]; compression?: Metadata["compression"] };
  /** Recognises the format by a file's first bytes, as Latin-1. */
  matches(head: string): boolean;
  /** Names a variant of the format that is refused; undefined for a file that is accepted. */
  refusedVariant?(source: Uint8Array): string | undefined;
  /**
   * Checks a file, or removes parts of it, before a decoder reads it.
   *
   * @throws {ImageRejection} `CORRUPT_IMAGE`
   */
  prepare?(source: Uint8Array): Uint8Array;
  /**
   * Returns the bytes for each pixel that the decoder keeps until its end, besides the lines that it is reading (default: 0).
   *
   * @param pixelBytes the bytes of one decoded pixel
   */
  heldBytes?(header: Header, pixelBytes: number): number;
  /** Returns the part of the file that has the EXIF tags (default: the EXIF segment that sharp finds). */
  exif?(source: Uint8Array): Uint8Array;
}

/** Support for renditions of one format. */
export interface Encoder {
  /** The extension of a file's name, without a dot. */
  extension: string;
  /** The longest side that the encoder can write, in pixels. */
  maxSide: number;
  /** The largest area, in pixels: at the memory that the encoder takes for a pixel, the process stays below 512 MiB. */
  maxPixels: number;
  hasAlpha: boolean;
  /** libvips' operations that encode the format; their errors begin with these names. */
  operations: readonly string[];
  /** Sets the options that another option overrules, so that equal files have equal options. */
  settle?(output: Output): Output;
  container: Container;
}

/** The structure of a format's files, by which a rendition is proven to hold no private data. */
export interface Container {
  /** Names a file's parts in their order, with `cut short` or `trailing bytes` for a file with a wrong end. */
  parts(file: Buffer): Iterable<string>;
  /** The parts that a picture needs: no other part may be in a file. */
  needed: readonly string[];
  /** The parts that contain a colour profile. */
  profile: readonly string[];
}

export interface InputSupport {
  decoder: Decoder;
}

export interface OutputSupport {
  encoder: Encoder;
}
