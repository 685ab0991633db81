import { Limits, Presets } from "@image-pipeline/schema/config";
import { describe, expect, it } from "vitest";
import { ImageRejection, renderImage } from "../src/index.ts";
import { PrivacyError } from "../src/prove-private.ts";
import { isOurs, toRejection } from "../src/unexpected-error.ts";
import { scene } from "./pictures/scene.ts";

const PRESETS = Presets.parse({ one: { width: 16, formats: ["png"] } });
const LIMITS = Limits.parse({});

describe("an error that no check foresaw", () => {
  it("rejects the picture as CORRUPT_IMAGE, marked, with its cause and the facts", async () => {
    const cause = new RangeError("Invalid array length");
    const presets = () => {
      throw cause;
    };
    const source = await scene(40, 30).png().toBuffer();
    await expect(renderImage(source, { presets, limits: LIMITS }, () => {})).rejects.toMatchObject({
      reason: "CORRUPT_IMAGE",
      isUnexpected: true,
      cause,
      facts: { format: "png", width: 40 },
    });
  });

  it("rejects the picture as UNSUPPORTED_FORMAT if the decoder reports it", () => {
    expect(toRejection(new Error("tiff2vips: unsupported sample format"), "tiff")).toMatchObject({
      reason: "UNSUPPORTED_FORMAT",
      isUnexpected: true,
    });
  });

  it("is not marked if a check foresaw it", () => {
    const rejection = new ImageRejection("EMPTY_OBJECT", "no bytes");
    expect(toRejection(rejection, "png")).toBe(rejection);
    expect(rejection.with({ format: "png" }).isUnexpected).toBe(false);
  });
});

describe("an error that another attempt or release can answer is passed on:", () => {
  it.each([
    ["memory", new Error("vips_tracked: out of memory --- size == 1GB")],
    [
      "memory of WebAssembly",
      new RangeError("WebAssembly.Memory(): could not allocate memory: Out of memory"),
    ],
    ["files", Object.assign(new Error("too many open files"), { code: "EMFILE", syscall: "open" })],
    ["a module", Object.assign(new Error("Cannot find module 'x'"), { code: "MODULE_NOT_FOUND" })],
    ["a rendition that is not private", new PrivacyError("holds EXIF")],
  ])("%s", (_name, error) => {
    expect(isOurs(error)).toBe(true);
    expect(() => toRejection(error, "jpeg")).toThrow(error);
  });

  it("the receiver of a rendition", async () => {
    const fault = new TypeError("the store is closed");
    const emit = () => {
      throw fault;
    };
    const source = await scene(40, 30).png().toBuffer();
    await expect(renderImage(source, { presets: PRESETS, limits: LIMITS }, emit)).rejects.toBe(fault);
  });
});
