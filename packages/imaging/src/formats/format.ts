import type { Limits, Output } from "@image-pipeline/schema/config";
import type { OutputFormat as OutputFormatName } from "@image-pipeline/schema/manifest";
import type { Metadata, Sharp } from "sharp";
import type { FourthChannel, Header } from "../header.ts";
import type { StoredColours } from "../stored-colours.ts";

/** Support for sources of one format: how they are recognised, checked and decoded. */
export interface InputFormat {
  /** The format's name in texts for people. */
  name: string;
  /** True for a format that the default of `limits.inputs` leaves out. */
  isOffByDefault?: true;
  /** True for drawings of shapes, which have no pixels: they are drawn at the size that is needed. */
  isVector?: true;
  /** Returns whether a file is like one of this format. `head` is its first bytes, as Latin-1. */
  matches(head: string, file: Uint8Array): boolean;
  /** Returns the name of a kind of this format that is refused, such as a camera's raw file. */
  refusedKind?(file: Uint8Array): string | undefined;
  /** The libvips operation that decodes it from memory, if libvips does; all others are blocked. */
  decoder?: string;
  /** Returns whether libvips, too, detected this format; if not, the file is valid as two formats at once. */
  isDetected?(metadata: Metadata): boolean;
  /**
   * Reads the header of a format that libvips does not decode.
   *
   * @throws {ImageRejection} `UNSUPPORTED_FORMAT`, `CORRUPT_IMAGE`, `TOO_MANY_PIXELS`
   */
  readHeader?(file: Uint8Array, limits: Limits): Header;
  /** Returns the least fault that its decoder refuses (default: a warning). */
  failOn?(header: { compression?: string | undefined }): "warning" | "error";
  /**
   * Counts what costs the decoder time or memory before it has read a header, and returns the part of a file that it gets.
   *
   * @throws {ImageRejection} `CORRUPT_IMAGE`, `TOO_MANY_PARTS`, `TOO_MANY_FRAMES`, `TOO_MANY_PIXELS`
   */
  prepare(file: Uint8Array, limits: Limits): Uint8Array;
  /**
   * Returns a file that the decoder may accept after it refused this one, or undefined if nothing harmless is wrong with it.
   * The result is decoded as strictly as the file was, so damage stays damage.
   */
  repair?(file: Uint8Array): Promise<Uint8Array | undefined>;
  /** Returns the number of pages in a file, if its decoder gets only one of them. */
  pages?(file: Uint8Array): number;
  /**
   * Returns the colours that a file declares, besides its ICC profile or instead of it (default: the profile's).
   *
   * @param icc the profile that libvips finds
   */
  colours?(file: Uint8Array, stored: { icc: Buffer | undefined; isGrey: boolean }): StoredColours;
  /** Returns the meaning of a last channel that libvips takes for straight alpha, though it is not. */
  fourthChannel?(file: Uint8Array): FourthChannel | undefined;
  /** Returns true for a picture with a gain map, from which displays of high dynamic range make a brighter one. */
  hasGainMap?(file: Uint8Array): boolean;
  /** Returns the bytes for each pixel that its decoder holds until the end (default: 0, a streaming decoder). */
  heldBytesPerPixel?(header: Header): number;
  /** Returns the part of a file that has the EXIF tags (default: the EXIF segment that libvips finds). */
  exif?(file: Uint8Array): Uint8Array;
}

/** The parts of a format's container, which an output is checked against: it may contain the picture and nothing else. */
export interface Container {
  /** Returns the names of a file's parts in their order. */
  parts(file: Buffer): Iterable<string>;
  /** The parts that a picture needs. */
  needed: readonly string[];
  /** The parts that contain a colour profile. */
  profile: readonly string[];
  /** The part with the rights that a preset keeps, if the format has a place for them. */
  rights?: string;
}

/** Frame delays in milliseconds and the number of loops; a loop of 0 repeats forever. */
export type Animation = NonNullable<Header["animation"]>;

/** The options of one format's encoder. */
export type OutputOf<Name extends OutputFormatName> = Extract<Output, { format: Name }>;

/** Support for renditions of one format. */
export interface OutputFormat<Name extends OutputFormatName> {
  /** The extension of its files, without a dot. */
  extension: string;
  /** The longest side that its encoder or its container allows, in pixels. */
  maxSide: number;
  /** The area that keeps the process under 512 MiB, at the bytes for each pixel that its encoder was measured to need. */
  maxPixels: number;
  /** True for a format without transparency: the preset's background is put behind the picture. */
  isOpaque?: true;
  /** libvips' operations that encode it; their errors begin with these names. */
  encoders: readonly string[];
  encode(picture: Sharp, options: OutputOf<Name>, animation: Animation | undefined): Sharp;
  /**
   * Returns the options as the plan's hash takes them, equal for options that make the same file. By default they are hashed
   * as they are, so a new option always counts.
   */
  toHashed?(options: OutputOf<Name>): object;
  container: Container;
}
