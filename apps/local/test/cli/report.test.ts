import { toPlainText } from "@image-pipeline/schema/plain-text";
import { HOSTILE_ROWS, harmIn } from "@image-pipeline/testing";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import {
  type ImageReport,
  toDeliveryLine,
  toDlqCommand,
  toDuration,
  toJson,
  toLines,
  toSize,
  toSummary,
} from "../../src/cli/report.ts";
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
const UPLOAD = { key: "photos/a b.jpg", sequencer: "05", bytes: 1_234_567, at: 0 };
const PROCESSED: Ending = {
  key: "photos/a b.jpg",
  fate: "processed",
  status: "processed",
  reason: null,
  reasonText: null,
  manifestKey: "manifests/photos/a b.jpg.json",
  renditions: [RENDITION],
  bytes: 1_234_567,
  upload: UPLOAD,
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
  reasonText: "STORE_DENIED: no access",
};

const REPORT: ImageReport = {
  ending: PROCESSED,
  milliseconds: 2000,
  renderMilliseconds: 800,
  verdict: "allow (simulated)",
};
const toLine = (report: ImageReport, columns?: number) => toLines(report, columns).join("\n");
const widest = (text: string) => Math.max(...text.split("\n").map((line) => line.length));

describe("the line of a processed image", () => {
  it("shows sizes, verdict, and the time to render apart from the time to wait", () => {
    expect(toLine(REPORT)).toMatch(
      /^processed {2}photos\/a b\.jpg +1\.2 MB → 1 rendition, +2 kB {2}allow \(simulated\) {2}0\.8 s render \+ 1\.2 s wait$/,
    );
  });

  it.each([50, 60, 80, 100, 120, 200])("fits a terminal of %i columns", (columns) => {
    const ending = { ...PROCESSED, key: `photographs/${"long".repeat(30)}.jpg` };
    const line = toLine({ ...REPORT, ending }, columns);
    expect(widest(line)).toBeLessThanOrEqual(columns);
    expect(line).toMatch(/^processed {2}photo.*….*\.jpg .*allow/);
  });

  it("counts the columns of wide characters", () => {
    const line = toLine({ ...REPORT, ending: { ...PROCESSED, key: "写真".repeat(30) } }, 80);
    expect(stringWidth(line)).toBeLessThanOrEqual(80);
  });

  it("shows the whole time when the render time is unknown, and none for an image of an earlier run", () => {
    expect(toLine({ ...REPORT, renderMilliseconds: null })).toMatch(/ 2\.0 s$/);
    expect(toLine({ ...REPORT, milliseconds: null })).toMatch(/allow \(simulated\)$/);
  });
});

describe("the line of an image that has no renditions", () => {
  it("shows the reason of a rejection", () => {
    expect(toLine({ ...REPORT, ending: REJECTED, verdict: null, milliseconds: 40 })).toMatch(
      /^rejected .*EMPTY_OBJECT: The object holds no bytes\. {2}0\.0 s$/,
    );
  });

  it("shows the reason of a failure and the command that tells more", () => {
    expect(toLine({ ...REPORT, ending: FAILED, verdict: null })).toMatch(
      /^failed .* STORE_DENIED: no access {2}2\.0 s {2}see: npx pipeline dlq show 'photos\/a b\.jpg'$/,
    );
  });

  it.each([50, 80])("continues a long reason below the key on %i columns", (columns) => {
    const ending = { ...REJECTED, reasonText: "word ".repeat(40).trim() };
    const line = toLine({ ...REPORT, ending }, columns);
    expect(widest(line)).toBeLessThanOrEqual(columns);
    expect(line.replace(/\s+/g, " ")).toContain(ending.reasonText);
  });
});

describe("the report", () => {
  it("gives a program one line with exactly the published fields", () => {
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

  it("gives a program the status failed for an image in a dead-letter queue", () => {
    expect(JSON.parse(toJson(FAILED, 1))).toMatchObject({
      status: "failed",
      manifestKey: null,
      renditions: [],
    });
  });

  it("gives a program the manifest's status for an image that a newer one superseded", () => {
    expect(JSON.parse(toJson({ ...PROCESSED, fate: "superseded" }, 1))).toMatchObject({
      status: "processed",
    });
  });

  it("makes control characters of a key visible", () => {
    const ending = { ...PROCESSED, key: "a\n\u001b[2Jb\u202e.jpg" };
    expect(toLine({ ...REPORT, ending })).toContain("a\\u{a}\\u{1b}[2Jb\\u{202e}.jpg");
  });

  it("adds up a run", () => {
    expect(toSummary([PROCESSED, PROCESSED, REJECTED], 2500)).toBe(
      "3 images in 2.5 s: 2 processed, 1 rejected; 2.5 MB in, 2 renditions of 4 kB out",
    );
  });

  it("counts the deliveries to a webhook", () => {
    expect(toDeliveryLine({ delivered: 3, undelivered: 0, waiting: 0 })).toBe("webhook: 3 delivered");
    expect(toDeliveryLine({ delivered: 0, undelivered: 2, waiting: 1 })).toBe(
      "webhook: 0 delivered, 2 not delivered, 1 still waiting",
    );
  });

  it.each([
    ["photos/a.jpg", "npx pipeline dlq show photos/a.jpg"],
    ["it's.jpg", "npx pipeline dlq show 'it'\\''s.jpg'"],
    ["-rf", "npx pipeline dlq show '-rf'"],
    ["$(reboot)", "npx pipeline dlq show '$(reboot)'"],
  ])("quotes the key %s for a shell", (key, command) => {
    expect(toDlqCommand(key)).toBe(command);
  });

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1500, "2 kB"],
    [2_500_000, "2.5 MB"],
    [100_237_223, "100.2 MB"],
  ])("writes %i bytes as %s", (bytes, text) => {
    expect(toSize(bytes)).toBe(text);
  });

  it.each([
    [360, "6 min"],
    [90, "90 s"],
    [5, "5 s"],
  ])("writes %i seconds as %s", (seconds, text) => {
    expect(toDuration(seconds)).toBe(text);
  });
});

describe("an image with a hostile key, reason and verdict", () => {
  it.each(HOSTILE_ROWS)("that %s gets harmless lines, and as many as any other", (_harm, text) => {
    for (const ending of [PROCESSED, REJECTED, FAILED]) {
      const hostile = { ...ending, key: text, reasonText: ending.reasonText && text };
      const report = { ...REPORT, ending: hostile, verdict: text };
      const lines = toLines(report, undefined);
      expect(lines).toHaveLength(1);
      expect(lines.flatMap((line) => harmIn(toPlainText(line)))).toEqual([]);
      expect(JSON.parse(toJson(hostile, 1))).toMatchObject({ key: text });
      expect(harmIn(toJson(hostile, 1))).toEqual([]);
    }
  });
});
