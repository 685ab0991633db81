import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HOSTILE_ROWS, harmIn, ORDINARY_STRINGS } from "@image-pipeline/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { contactSheet } from "../src/render/contact-sheet.ts";
import { renditionTable } from "../src/render/render.ts";
import { terminalOn } from "../src/terminal/terminal.ts";
import { deadLetterOffice, dlq } from "./dlq/dead-letter-office.ts";
import { fakeStreams } from "./fake-terminal.ts";
import { type FauxqsPipeline, fauxqsPipeline, PIPELINES } from "./fauxqs-pipeline.ts";
import { aRenderedFile } from "./render/rendered-file.ts";
import { type Ended, run } from "./run.ts";

const LATER = { now: () => Date.now() + 2 * 3_600_000, sleep: async () => undefined };
/** S3 takes keys as UTF-8, in which no half of a character exists. */
const KEYS = HOSTILE_ROWS.map(([harm, text]) => [harm, text.toWellFormed()] as const);

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "hostile-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** The local SQS refuses characters beyond U+FFFF in a message, and SQS halves of characters. */
function sendable(text: string): string {
  return text.replaceAll(/[\u{10000}-\u{10ffff}\p{Cs}]/gu, "");
}

/** Expects lines that no terminal acts on, and as many as an ordinary text in the same place has. */
function expectHarmless({ out, error }: Ended, ordinary: Ended): void {
  expect([...out, ...error].flatMap(harmIn)).toEqual([]);
  expect([out.length, error.length]).toEqual([ordinary.out.length, ordinary.error.length]);
}

describe("a hostile key", () => {
  let world: FauxqsPipeline;
  beforeAll(async () => {
    world = await fauxqsPipeline();
  });
  beforeEach(() => world.empty());
  afterAll(() => world.stop());

  async function over(key: string, argv: readonly string[]): Promise<Ended> {
    world.empty();
    await world.putSource(key);
    return run([...argv, "--endpoint", world.endpoint], { pipelines: PIPELINES, clock: LATER });
  }

  test.each(KEYS)("that %s is a harmless line of check and backfill", async (_harm, key) => {
    const dryRun = ["backfill", "--dry-run", "--state-file", join(folder(), "state.json")];
    for (const argv of [["check"], ["check", "--json"], dryRun, [...dryRun, "--json"]])
      expectHarmless(await over(key, argv), await over("a.jpg", argv));
  });

  test.each(KEYS)("that %s is listed as it is: check finds its renditions", async (_harm, key) => {
    await world.putImage(key);
    const { code, out } = await run(["check", "--endpoint", world.endpoint], {
      pipelines: PIPELINES,
      clock: LATER,
    });
    expect({ code, last: out.at(-1) }).toEqual({ code: 0, last: "no problems found" });
  });
});

describe("a hostile message or error", () => {
  let office: Awaited<ReturnType<typeof deadLetterOffice>>;
  beforeAll(async () => {
    office = await deadLetterOffice();
  });
  afterAll(() => office.stop());

  async function over(text: string, argv: readonly string[]): Promise<Ended> {
    office.empty();
    await office.recordFailure(await office.add(sendable(text)), text, text);
    return dlq([...argv, "--endpoint", office.endpoint]);
  }

  test.each(HOSTILE_ROWS)("that %s is harmless in dlq and dlq show", async (_harm, text) => {
    expectHarmless(await over(text, []), await over("a.jpg", []));
    expectHarmless(await over(text, ["--json"]), await over("a.jpg", ["--json"]));
    const id = await office.add(sendable(text));
    for (const argv of [
      ["show", id],
      ["show", id, "--json"],
    ])
      expect((await dlq([...argv, "--endpoint", office.endpoint])).out.flatMap(harmIn)).toEqual([]);
  });

  test.each(HOSTILE_ROWS)("that %s is harmless in logs", async (_harm, text) => {
    const logsDir = folder();
    const fields = { timestamp: new Date().toISOString(), level: text, message: text, key: text };
    const plain = text.replaceAll("\n", " ");
    writeFileSync(join(logsDir, "image-pipeline-local-worker.log"), `${JSON.stringify(fields)}\n${plain}\n`);
    const runtime = {
      pid: 1,
      endpoint: office.endpoint,
      dataDir: logsDir,
      logsDir,
      startedAt: fields.timestamp,
    };
    for (const argv of [["logs"], ["logs", "--json"]]) {
      const { out } = await run(argv, { pipelines: PIPELINES, runtimes: async () => [runtime] });
      expect(out).toHaveLength(2);
      expect(out.flatMap(harmIn)).toEqual([]);
    }
  });

  test.each(HOSTILE_ROWS)("that %s is harmless as the error of a command", async (_harm, text) => {
    const runtimes = () => Promise.reject(new Error(`failed: ${text}`));
    const { code, error } = await run(["status"], { pipelines: PIPELINES, runtimes });
    expect(code).toBe(1);
    expect(error.flatMap(harmIn)).toEqual([]);
    for (const line of error.slice(1)) expect(line).toMatch(/^( |$)/);
  });
});

describe("the terminal", () => {
  test.each(HOSTILE_ROWS)("lets a text that %s through no method", (_harm, text) => {
    for (const isTTY of [true, false]) {
      const streams = fakeStreams({ isTTY });
      let now = 0;
      const { out, note, json, status } = terminalOn(streams, () => (now += 60_000));
      out(`a ${text}`);
      out([text, text]);
      note(text);
      json({ [text]: text });
      status(text);
      status("");
      const written = streams.written.out + streams.written.error.replaceAll("\r\u001b[K", "");
      expect(harmIn(written.replaceAll("\n", ""))).toEqual([]);
      expect(streams.written.out.split("\n")).toHaveLength(5);
    }
  });

  test.each(ORDINARY_STRINGS)("writes %s as it is", (text) => {
    const streams = fakeStreams({ isTTY: true });
    terminalOn(streams).out(text);
    expect(streams.written.out).toBe(`${text}\n`);
  });
});

describe("a picture's hostile name or text", () => {
  test.each(HOSTILE_ROWS)("that %s is text of the contact sheet, and of the table", (_harm, text) => {
    const file = aRenderedFile({ name: text, path: `${text}/thumb.webp`, make: text, colourProfile: text });
    const html = contactSheet([file]);
    const known = contactSheet([
      aRenderedFile({ name: "a", path: "a/thumb.webp", make: "a", colourProfile: "a" }),
    ]);
    const tagsOf = (page: string) => page.match(/<[^>]*>/g)?.map((tag) => tag.replace(/ src="[^"]*"/, ""));
    expect(tagsOf(html)).toEqual(tagsOf(known));
    expect(harmIn(html.replaceAll("\n", ""))).toEqual([]);
    const streams = fakeStreams({ isTTY: false });
    terminalOn(streams).out(renditionTable(file));
    expect(streams.written.out.split("\n")).toHaveLength(5);
  });
});
