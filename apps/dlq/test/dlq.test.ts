import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  BARE_EVENTS,
  bodyOf,
  DEAD_LETTERS,
  deadLetterOffice,
  dlq,
  EVENTS,
  FAILURES,
  RENDITIONS,
  RESULTS,
} from "./dead-letter-office.ts";

let office: Awaited<ReturnType<typeof deadLetterOffice>>;
let at: string[];
beforeAll(async () => {
  office = await deadLetterOffice();
  at = ["--endpoint", office.endpoint];
});
afterEach(() => office.empty());
afterAll(() => office.stop());

/** What Lambda leaves of an event that ingest could not publish. */
const INVOCATION_RECORD = {
  version: "1.0",
  requestContext: { condition: "RetriesExhausted" },
  requestPayload: { Records: [{ s3: { object: { key: "photos/a+b.jpg" } } }] },
  responsePayload: { errorMessage: "1 of 1 events not published" },
};

describe("list", () => {
  test("counts what is in each queue, by reason and age, and says where it goes back to", async () => {
    for (const key of ["a", "b"]) await office.bury(key, "STORE_DENIED");
    await office.bury("c", "NO_ANSWER");
    office.server.sendMessage(FAILURES, JSON.stringify(INVOCATION_RECORD));
    const { code, out } = await dlq(["list", ...at]);
    expect(code).toBe(0);
    expect(out).toEqual([
      `${DEAD_LETTERS} → ${RENDITIONS}: 3`,
      expect.stringMatching(/^ +2 {2}STORE_DENIED {2}under 1 day {2}oldest 1h \dm {2}\S+: a: a failed$/),
      expect.stringMatching(/^ +1 {2}NO_ANSWER {2}under 1 day {2}oldest 1h \dm {2}\S+: c: c failed$/),
      `${FAILURES} → image-pipeline-local-ingest: 1`,
      expect.stringMatching(/^ +1 {2}RetriesExhausted .*: photos\/a b\.jpg: 1 of 1 events not published$/),
      `${BARE_EVENTS} → image-pipeline-local-ingest: 0`,
    ]);
  });

  test("tells of a bare event in ingest's dead-letter queue what Lambda said of it", async () => {
    const text = (StringValue: string) => ({ DataType: "String", StringValue });
    office.server.sendMessage(BARE_EVENTS, JSON.stringify(INVOCATION_RECORD.requestPayload), {
      messageAttributes: { ErrorCode: text("200"), ErrorMessage: text("not published") },
    });
    const { out } = await dlq(["list", ...at]);
    expect(out.at(-1)).toMatch(/^ +1 {2}RetriesExhausted .*: photos\/a b\.jpg: not published$/);
  });

  test("tells of an event that the workflow gave up the error's name, and the execution it failed in", async () => {
    const text = (StringValue: string) => ({ DataType: "String", StringValue });
    office.server.sendMessage(DEAD_LETTERS, bodyOf("review/a.jpg"), {
      messageAttributes: { errorCode: text("STORE_UNAVAILABLE"), execution: text("arn:execution") },
    });
    const { out } = await dlq(["list", ...at]);
    expect(out[1]).toMatch(/ 1 {2}STORE_UNAVAILABLE .*: review\/a\.jpg: it failed in arn:execution$/);
  });

  test("knows every subscriber of either topic by its subscription, and none without a dead-letter queue", async () => {
    office.subscribe(EVENTS, "archive", "archive-dlq");
    office.subscribe(RESULTS, "labels", "labels-dlq");
    office.subscribe(RESULTS, "somebody-elses");
    const { out } = await dlq(["list", ...at]);
    expect(out).toEqual([
      "archive-dlq → archive: 0",
      `${DEAD_LETTERS} → ${RENDITIONS}: 0`,
      "labels-dlq → labels: 0",
      `${FAILURES} → image-pipeline-local-ingest: 0`,
      `${BARE_EVENTS} → image-pipeline-local-ingest: 0`,
    ]);
  });

  test("leaves everything as it was, visible at once", async () => {
    for (let index = 0; index < 25; index++) await office.bury(`${index}`);
    await dlq(["list", ...at]);
    expect([office.ready(DEAD_LETTERS).length, office.held(DEAD_LETTERS)]).toEqual([25, 0]);
  });

  test("is what dlq does by itself, and gives one JSON object a message", async () => {
    const id = await office.bury("a", "STORE_DENIED");
    await office.bury("b", "NO_ANSWER");
    const { out } = await dlq([...at, "--json", "--reason", "STORE_DENIED"]);
    expect(out.map((line) => JSON.parse(line))).toMatchObject([
      { id, queue: DEAD_LETTERS, target: RENDITIONS, reason: "STORE_DENIED", text: "a failed", key: "a" },
    ]);
  });

  test("names messages of which nothing was recorded, that SNS could not deliver, or that are none of ours", async () => {
    await office.bury("unrecorded");
    const text = (StringValue: string) => ({ DataType: "String", StringValue });
    office.server.sendMessage(DEAD_LETTERS, "hello", { messageAttributes: { ErrorMessage: text("denied") } });
    const { out } = await dlq(["list", ...at, "--json"]);
    expect(out.map((line) => JSON.parse(line))).toMatchObject([
      { reason: "UNKNOWN", key: "unrecorded" },
      { reason: "UNDELIVERED", text: "denied", key: null },
    ]);
  });
});

describe("show", () => {
  test("tells all of one message, its last error first", async () => {
    const id = await office.bury("photos/a.jpg", "STORE_DENIED");
    const { code, out } = await dlq(["show", id, ...at]);
    expect(code).toBe(0);
    expect(out.slice(0, 6)).toEqual([
      `id:           ${id}`,
      `queue:        ${DEAD_LETTERS}`,
      `goes back to: ${RENDITIONS}`,
      "reason:       STORE_DENIED",
      "error:        photos/a.jpg failed",
      "key:          photos/a.jpg",
    ]);
    expect(JSON.parse(out.at(-1) ?? "")).toMatchObject({ type: "image.uploaded" });
    expect([office.ready(DEAD_LETTERS).length, office.held(DEAD_LETTERS)]).toEqual([1, 0]);
  });

  test("says in one line that there is no such message", async () => {
    const { code, error } = await dlq(["show", "nothing", ...at]);
    expect({ code, error }).toEqual({
      code: 1,
      error: [
        expect.stringMatching(/^dlq: no dead-letter queue of http.* holds that message: see dlq list$/),
      ],
    });
  });
});

describe("redrive", () => {
  test("moves every message back, with its body and attributes", async () => {
    await office.bury("a", "STORE_DENIED");
    const [buried] = office.ready(DEAD_LETTERS);
    const { code, error } = await dlq(["redrive", ...at]);
    expect({ code, error }).toEqual({ code: 0, error: ["1 sent back"] });
    expect(office.ready(DEAD_LETTERS)).toEqual([]);
    const [{ body, messageAttributes } = { body: "", messageAttributes: {} }] = office.ready(RENDITIONS);
    expect(body).toBe(buried?.body);
    expect(messageAttributes).toMatchObject({ type: { StringValue: "image.uploaded" } });
  });

  test("gives an S3 event back to ingest, as S3 sent it", async () => {
    office.server.sendMessage(FAILURES, JSON.stringify(INVOCATION_RECORD));
    await dlq(["redrive", ...at]);
    expect(office.invocations).toEqual([
      {
        path: "/2015-03-31/functions/image-pipeline-local-ingest/invocations",
        type: "Event",
        payload: INVOCATION_RECORD.requestPayload,
      },
    ]);
    expect(office.ready(FAILURES)).toEqual([]);
  });

  test("moves only what failed for the reason given, and at most as many as asked", async () => {
    for (const key of ["a", "b", "c"]) await office.bury(key, "STORE_DENIED");
    await office.bury("other", "NO_ANSWER");
    const { error } = await dlq(["redrive", ...at, "--reason", "STORE_DENIED", "--limit", "2"]);
    expect(error).toEqual(["2 sent back"]);
    expect([office.ready(RENDITIONS).length, office.ready(DEAD_LETTERS).length]).toEqual([2, 2]);
    expect(office.held(DEAD_LETTERS)).toBe(0);
  });

  test("moves nothing in a dry run, and says what it would", async () => {
    const id = await office.bury("a", "STORE_DENIED");
    const { out, error } = await dlq(["redrive", ...at, "--dry-run", "--json"]);
    expect(out.map((line) => JSON.parse(line))).toMatchObject([{ id, target: RENDITIONS }]);
    expect(error).toEqual(["1 would be sent back"]);
    expect([office.ready(RENDITIONS).length, office.ready(DEAD_LETTERS).length]).toEqual([0, 1]);
  });

  test("goes no faster than it is told", async () => {
    for (const key of ["a", "b", "c"]) await office.bury(key);
    const { slept } = await dlq(["redrive", ...at, "--rate", "4"]);
    expect(slept).toEqual([0, 250, 250]);
  });

  test("leaves alone what came after it began, so that what fails again does not go round for ever", async () => {
    await office.bury("from the future");
    const now = Date.now();
    const { error } = await dlq(["redrive", ...at], { startedAt: now - 60_000 });
    expect(error).toEqual(["0 sent back"]);
    expect(office.ready(DEAD_LETTERS)).toHaveLength(1);
  });

  test("stopped by Ctrl-C in the middle, leaves every message in exactly one of the two queues", async () => {
    for (let index = 0; index < 15; index++) await office.bury(`${index}`);
    const interruption = new AbortController();
    let lines = 0;
    const onLine = () => {
      if (++lines === 4) interruption.abort();
    };
    const { code, error } = await dlq(["redrive", ...at, "--json"], { signal: interruption.signal, onLine });
    expect({ code, error }).toEqual({ code: 130, error: ["4 sent back, then stopped"] });
    expect([office.ready(RENDITIONS).length, office.ready(DEAD_LETTERS).length]).toEqual([4, 11]);
  });

  test("keeps a message that its queue does not take, and says why in one line", async () => {
    await office.bury("a");
    office.server.sendMessage(FAILURES, JSON.stringify({ ...INVOCATION_RECORD, requestPayload: "refuse" }));
    const { code, error } = await dlq(["redrive", ...at]);
    expect(code).toBe(1);
    expect(error).toEqual(["1 sent back", expect.stringMatching(/^dlq: /)]);
    expect([office.ready(RENDITIONS).length, office.ready(FAILURES).length]).toEqual([1, 1]);
  });
});

describe("called wrongly, says what is wrong in one line", () => {
  test.each([
    [["list"], /^dlq: say which pipeline/],
    [["show", "--endpoint", "http://127.0.0.1:1"], /^dlq: dlq show needs one message id/],
    [["drain", "--endpoint", "http://127.0.0.1:1"], /^dlq: there is no "dlq drain"/],
    [
      ["redrive", "--endpoint", "http://127.0.0.1:1", "--rate", "0"],
      /^dlq: --rate must be a number, 0.1 to 1000/,
    ],
    [["redrive", "--endpoint", "http://127.0.0.1:1", "--limit", "x"], /^dlq: --limit must be a whole number/],
    [
      ["list", "--endpoint", "http://127.0.0.1:1", "--dry-run"],
      /^dlq: --limit, --rate and --dry-run are for redrive/,
    ],
  ])("%j", async (argv, message) => {
    const { code, error } = await dlq(argv);
    expect({ code, error }).toEqual({ code: 2, error: [expect.stringMatching(message)] });
  });

  test("where nothing answers", async () => {
    const { code, error } = await dlq(["list", "--endpoint", "http://127.0.0.1:1"]);
    expect({ code, error }).toEqual({ code: 1, error: [expect.stringMatching(/^dlq: nothing answers/)] });
  });
});
