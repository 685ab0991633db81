import { describe, expect, it } from "vitest";
import { session } from "../../src/cli/session.ts";
import type { Ending } from "../../src/tracking/tracked-uploads.ts";

const FILE = { path: "a.jpg", key: "a.jpg", bytes: 12 };
const UPLOAD = { key: "a.jpg", sequencer: "05", bytes: 12, at: 1000 };
const ending = (other: Partial<Ending> = {}): Ending => ({
  key: "a.jpg",
  fate: "processed",
  status: "processed",
  reason: null,
  reasonText: null,
  manifestKey: "manifests/a.jpg.json",
  renditions: [],
  bytes: 12,
  upload: UPLOAD,
  ...other,
});

function run() {
  const lines: Record<string, unknown>[] = [];
  const copied: (string | null)[] = [];
  let now = 1000;
  const show = session({
    json: true,
    copies: { add: ({ manifestKey }) => void copied.push(manifestKey) },
    clock: { now: () => now },
    terminal: { result: (line) => lines.push(JSON.parse(line)) },
  });
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  return { ...show, lines, copied, pass };
}

describe("a session", () => {
  it("shows an upload's end with the time since it began, and copies its outputs", () => {
    const { started, changed, uploaded, ended, pass, lines, copied, endings, isWell } = run();
    started("a.jpg");
    changed({ key: "a.jpg" });
    uploaded(FILE);
    pass(250);
    ended(ending());
    expect(lines).toMatchObject([{ key: "a.jpg", status: "processed", ms: 250 }]);
    expect([copied, endings.length, isWell()]).toEqual([["manifests/a.jpg.json"], 1, true]);
  });

  it.each(["failed", "lost"] as const)("is not well when an upload %s", (fate) => {
    const { started, ended, isWell } = run();
    started("a.jpg");
    ended(ending({ fate, status: null, manifestKey: null }));
    expect(isWell()).toBe(false);
  });

  it("is not well when a file could not be uploaded", () => {
    const { started, notUploaded, isWell, lines } = run();
    started("a.jpg");
    notUploaded(FILE, new Error("gone"));
    expect([isWell(), lines]).toMatchObject([false, [{ key: "a.jpg", status: "failed", manifestKey: null }]]);
  });

  it("says that a file is ignored when no rule of the stacks asks for its key", () => {
    const { started, uploaded, lines, isWell } = run();
    started("a.jpg");
    uploaded(FILE);
    expect([lines, isWell()]).toMatchObject([[{ key: "a.jpg", status: "ignored" }], true]);
  });

  it("shows an image from before this run, but does not count it", () => {
    const { ended, lines, endings } = run();
    ended(ending({ upload: null }));
    expect([lines, endings]).toMatchObject([[{ key: "a.jpg", ms: null }], []]);
  });

  it("does not take an older image's end for that of the upload under way", () => {
    const { started, ended, endings } = run();
    started("a.jpg");
    ended(ending({ upload: null }));
    ended(ending());
    expect(endings).toHaveLength(1);
  });
});
