import { describe, expect, it } from "vitest";
import { toDeliveryLine, toJson, toLine, toSize, toSummary } from "../../src/cli/report.ts";
import type { Ending } from "../../src/tracking/tracked-uploads.ts";

const RENDITION = {
  preset: "thumb",
  format: "webp",
  key: "renditions/x",
  contentType: "image/webp",
  width: 160,
  height: 120,
  pages: 1,
  bytes: 2000,
  sha256: "0",
} as const;
const PROCESSED: Ending = {
  key: "photos/a b.jpg",
  fate: "processed",
  status: "processed",
  reason: null,
  reasonText: null,
  manifestKey: "manifests/photos/a b.jpg.json",
  renditions: [RENDITION],
  bytes: 1_234_567,
  upload: null,
};
const REJECTED: Ending = {
  ...PROCESSED,
  fate: "rejected",
  status: "rejected",
  reason: "EMPTY_OBJECT",
  reasonText: "The object holds no bytes.",
  renditions: [],
  bytes: 0,
};
const FAILED: Ending = {
  ...REJECTED,
  fate: "failed",
  status: null,
  reason: null,
  manifestKey: null,
  reasonText: "its message is in the DLQ",
};

describe("the report", () => {
  it("gives a program one line with exactly the agreed fields", () => {
    expect(JSON.parse(toJson(PROCESSED, 1234))).toEqual({
      key: "photos/a b.jpg",
      status: "processed",
      reason: null,
      manifestKey: "manifests/photos/a b.jpg.json",
      renditions: [
        { preset: "thumb", format: "webp", key: "renditions/x", width: 160, height: 120, bytes: 2000 },
      ],
      ms: 1234,
    });
  });

  it("gives a program the status failed for an image that ended in a DLQ", () => {
    expect(JSON.parse(toJson(FAILED, 1))).toMatchObject({
      status: "failed",
      manifestKey: null,
      renditions: [],
    });
  });

  it("gives the manifest's status for an image that a newer one superseded", () => {
    expect(JSON.parse(toJson({ ...PROCESSED, fate: "superseded" }, 1))).toMatchObject({
      status: "processed",
    });
  });

  it("tells a person the bytes and the time, or the reason", () => {
    expect(toLine(PROCESSED, 1234)).toMatch(
      /^processed +photos\/a b\.jpg +1\.2 MB +→ 1 renditions, 2 kB +1\.2 s$/,
    );
    expect(toLine(REJECTED, 40)).toMatch(
      /^rejected .* 0 B +EMPTY_OBJECT: The object holds no bytes\. +0\.0 s$/,
    );
    expect(toLine(FAILED, null)).toMatch(/^failed .* its message is in the DLQ$/);
  });

  it("lets no key act on the terminal", () => {
    const line = toLine({ ...PROCESSED, key: "a\n\u001b[2Jb\u202e.jpg" }, null);
    expect(line).toContain("a\\u{a}\\u{1b}[2Jb\\u{202e}.jpg");
  });

  it("adds up a run", () => {
    expect(toSummary([PROCESSED, PROCESSED, REJECTED], 2500)).toBe(
      "3 images in 2.5 s: 2 processed, 1 rejected; 2.5 MB in, 2 renditions of 4 kB out",
    );
  });

  it("tells what became of the deliveries to a webhook", () => {
    expect(toDeliveryLine({ delivered: 3, undelivered: 0, waiting: 0 })).toBe("webhook: 3 delivered");
    expect(toDeliveryLine({ delivered: 0, undelivered: 2, waiting: 1 })).toBe(
      "webhook: 0 delivered, 2 not delivered, 1 still waiting",
    );
  });

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1500, "2 kB"],
    [2_500_000, "2.5 MB"],
  ])("writes %i bytes as %s", (bytes, text) => {
    expect(toSize(bytes)).toBe(text);
  });
});
