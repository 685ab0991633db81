import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type FauxqsPipeline, fauxqsPipeline, PIPELINES } from "../fauxqs-pipeline.ts";
import { type Running, run } from "../run.ts";

let world: FauxqsPipeline;
let folder: string;
beforeAll(async () => {
  world = await fauxqsPipeline();
});
afterAll(() => world.stop());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "logs-test-"));
  return () => rmSync(folder, { recursive: true });
});

const NOW = Date.parse("2026-01-01T12:00:00.000Z");
const line = (time: string, key: string, message = "rendered the upload") =>
  `${JSON.stringify({ timestamp: `2026-01-01T${time}.000Z`, level: "INFO", message, service: "worker", key })}\n`;
const file = (name: string) => join(folder, `image-pipeline-local-${name}.log`);

function logs(argv: readonly string[], running: Running = {}) {
  const runtime = {
    pid: 1,
    endpoint: world.endpoint,
    dataDir: folder,
    logsDir: folder,
    startedAt: "2026-01-01T00:00:00.000Z",
  };
  return run(["logs", ...argv], {
    pipelines: PIPELINES,
    runtimes: async () => [runtime],
    clock: { now: () => NOW, sleep: async () => undefined },
    ...running,
  });
}

describe("logs", () => {
  test("shows the lines of every function in the order of their time", async () => {
    writeFileSync(file("worker"), line("11:59:02", "a.jpg"));
    writeFileSync(file("ingest"), line("11:59:01", "a.jpg", "published an event"));
    const { code, out } = await logs([]);
    expect({ code, out }).toEqual({
      code: 0,
      out: [
        "2026-01-01 11:59:01  ingest    INFO   published an event  key=a.jpg",
        "2026-01-01 11:59:02  worker    INFO   rendered the upload  key=a.jpg",
      ],
    });
  });

  test("shows only the lines about a key", async () => {
    writeFileSync(file("worker"), line("11:59:01", "photos/a.jpg") + line("11:59:02", "photos/b.jpg"));
    const { json } = await logs(["--key", "photos/b.jpg", "--json"]);
    expect(json).toMatchObject([{ function: "worker", fields: { key: "photos/b.jpg" } }]);
  });

  test.each([
    ["a line of another image whose key ends like it", { message: "rendered", key: "cats/a.jpg" }, false],
    ["an error text with the bucket and the key", { message: "s3://uploads/a.jpg is gone" }, true],
    ["an error text with a longer key", { message: "s3://uploads/cats/a.jpg is gone" }, false],
    ["an error text with another suffix", { message: "s3://uploads/a.jpg.bak is gone" }, false],
    ["a nested field with the key", { message: "no", error: { cause: "reading a.jpg: 503" } }, true],
  ])("finds a key as a whole: %s", async (_case, { message, ...fields }, isFound) => {
    const logged = { timestamp: "2026-01-01T11:59:00.000Z", level: "INFO", message, ...fields };
    writeFileSync(file("worker"), `${JSON.stringify(logged)}\n`);
    expect((await logs(["--key", "a.jpg"])).out).toHaveLength(isFound ? 1 : 0);
  });

  test("leaves out the lines that only carry metrics", async () => {
    writeFileSync(file("worker"), `${line("11:59:01", "a.jpg")}{"_aws":{"Timestamp":1},"key":"a.jpg"}\n`);
    expect((await logs([])).out).toHaveLength(1);
  });

  test("shows only recent lines", async () => {
    writeFileSync(file("worker"), line("11:29:00", "a.jpg") + line("11:31:00", "b.jpg"));
    const { json } = await logs(["--since", "30m", "--json"]);
    expect(json).toMatchObject([{ fields: { key: "b.jpg" } }]);
  });

  test("shows only one function", async () => {
    for (const name of ["worker", "ingest"]) writeFileSync(file(name), line("11:59:01", "a.jpg"));
    const { json } = await logs(["--function", "ingest", "--json"]);
    expect(json).toMatchObject([{ function: "ingest" }]);
  });

  test("gives text without a time the time of the line before it", async () => {
    writeFileSync(file("worker"), `${line("11:59:01", "a.jpg")}Error: no memory\n`);
    const { out } = await logs([]);
    expect(out[1]).toBe("2026-01-01 11:59:01  worker           Error: no memory");
  });

  test("follows new lines until Ctrl-C, each once, and none that is unfinished", async () => {
    const interruption = new AbortController();
    writeFileSync(file("worker"), line("11:59:01", "a.jpg"));
    const steps = [
      () => appendFileSync(file("worker"), `${line("11:59:02", "b.jpg")}{"timestamp":"2026-01-01T11:`),
      () => appendFileSync(file("worker"), '59:03.000Z","message":"rendered the upload","key":"c.jpg"}\n'),
      () => interruption.abort(),
    ];
    const clock = { now: () => NOW, sleep: async () => steps.shift()?.() };
    const { code, json } = await logs(["--follow", "--json"], { clock, signal: interruption.signal });
    expect([code, json.map((one) => Object(one).fields.key)]).toEqual([0, ["a.jpg", "b.jpg", "c.jpg"]]);
  });

  test("refuses a time that it cannot parse, with 2", async () => {
    const { code, error } = await logs(["--since", "yesterday"]);
    expect({ code, error }).toEqual({
      code: 2,
      error: ['logs: --since must be a time such as 30m, 1h or 2d, got "yesterday"'],
    });
  });

  test("reports that the log folder of a runtime on another machine is not known", async () => {
    const { code, error } = await logs(["--endpoint", world.endpoint], { runtimes: async () => [] });
    expect([code, error[0]]).toEqual([
      1,
      expect.stringMatching(/^logs: the log folder of http.* is not known/),
    ]);
  });
});
