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

function run({ json = true } = {}) {
  const lines: Record<string, unknown>[] = [];
  const shown: string[] = [];
  const patience = Promise.withResolvers<void>();
  const copied: (string | null)[] = [];
  let now = 1000;
  const show = session({
    json,
    copies: { add: ({ manifestKey }) => void copied.push(manifestKey) },
    clock: { now: () => now, sleep: () => patience.promise },
    terminal: {
      result: (line) => (json ? lines.push(JSON.parse(String(line))) : shown.push(String(line))),
      note: (line) => shown.push(String(line)),
      width: () => undefined,
    },
  });
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  return { ...show, lines, shown, copied, pass, endPatience: patience.resolve };
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

  it.each(["failed", "lost"] as const)("fails the run when an upload %s", (fate) => {
    const { started, ended, isWell } = run();
    started("a.jpg");
    ended(ending({ fate, status: null, manifestKey: null }));
    expect(isWell()).toBe(false);
  });

  it("fails the run when a file could not be uploaded", () => {
    const { started, notUploaded, isWell, lines } = run();
    started("a.jpg");
    notUploaded(FILE, new Error("gone"));
    expect([isWell(), lines]).toMatchObject([false, [{ key: "a.jpg", status: "failed", manifestKey: null }]]);
  });

  it("shows a file as ignored when no notification rule matches its key", () => {
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

  it("does not count the end of an older image as that of the running upload", () => {
    const { started, ended, endings } = run();
    started("a.jpg");
    ended(ending({ upload: null }));
    ended(ending());
    expect(endings).toHaveLength(1);
  });
});

describe("the line of an analyzed image", () => {
  const verdict = { key: "a.jpg", sequencer: "05", verdict: "allow (simulated)" };
  const analyzed = () => {
    const session = run({ json: false });
    session.attach({ isAnalyzed: true, renderTimeOf: async () => 200 });
    session.started("a.jpg");
    session.changed({ key: "a.jpg" });
    session.uploaded(FILE);
    session.pass(1000);
    return session;
  };

  it("shows the verdict and the render time, whether the verdict comes first or last", async () => {
    const first = analyzed();
    first.analyzed(verdict);
    first.ended(ending());
    const last = analyzed();
    last.ended(ending());
    expect(last.shown).toEqual([]);
    last.analyzed(verdict);
    await Promise.all([first.flush(), last.flush()]);
    const line = expect.stringMatching(
      /^processed +a\.jpg .* allow \(simulated\) +0\.2 s render \+ 0\.8 s wait$/,
    );
    expect([first.shown, last.shown]).toEqual([[line], [line]]);
  });

  it("has a verdict that came long before the image was rendered", async () => {
    const { ended, analyzed: tell, flush, endPatience, shown } = analyzed();
    tell(verdict);
    endPatience();
    await new Promise(setImmediate);
    expect(shown).toEqual([]);
    ended(ending());
    await flush();
    expect(shown).toEqual([expect.stringMatching(/^processed +a\.jpg .* allow \(simulated\) /)]);
  });

  it("waits only so long for a verdict, and shows a later one on another line", async () => {
    const { ended, analyzed: tell, flush, endPatience, shown } = analyzed();
    ended(ending());
    endPatience();
    await Promise.resolve();
    await flush();
    expect(shown).toEqual([expect.stringMatching(/^processed +a\.jpg .* wait$/)]);
    tell(verdict);
    expect(shown[1]).toMatch(/^analyzed +a\.jpg +allow \(simulated\)$/);
  });

  it("has a verdict that comes late, but before the line is printed", async () => {
    const { attach, ended, analyzed: tell, flush, endPatience, shown } = analyzed();
    const renderTime = Promise.withResolvers<number>();
    attach({ isAnalyzed: true, renderTimeOf: () => renderTime.promise });
    ended(ending());
    endPatience();
    await new Promise(setImmediate);
    tell(verdict);
    renderTime.resolve(200);
    await flush();
    await new Promise(setImmediate);
    expect(shown).toEqual([expect.stringMatching(/^processed +a\.jpg .* allow \(simulated\) /)]);
  });

  it("shows the verdict of an image that another run uploaded on another line", async () => {
    const { analyzed: tell, endPatience, shown } = analyzed();
    tell({ ...verdict, key: "old.jpg" });
    endPatience();
    await new Promise(setImmediate);
    expect(shown).toEqual([expect.stringMatching(/^analyzed +old\.jpg/)]);
  });
});
