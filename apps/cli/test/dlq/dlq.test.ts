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

/** Lambda's record of an event that ingest could not publish. */
const INVOCATION_RECORD = {
  version: "1.0",
  requestContext: { condition: "RetriesExhausted" },
  requestPayload: { Records: [{ s3: { object: { key: "photos/a+b.jpg" } } }] },
  responsePayload: { errorMessage: "1 of 1 events not published" },
};

describe("dlq list", () => {
  test("lists each queue by reason, with a short id and a key for each message", async () => {
    const ids = [];
    for (const key of ["a", "b"]) ids.push(await office.add(key, "STORE_DENIED"));
    await office.add("c", "NO_ANSWER");
    office.server.sendMessage(FAILURES, JSON.stringify(INVOCATION_RECORD));
    const { code, out } = await dlq(["list", ...at]);
    expect(code).toBe(0);
    expect(out).toEqual([
      `${DEAD_LETTERS} → ${RENDITIONS}: 3`,
      expect.stringMatching(/^ {2}2 STORE_DENIED, oldest 1h \dm$/),
      expect.stringMatching(new RegExp(`^ {4}${ids[0]?.slice(0, 4)}\\w*  a  1h \\dm  a failed$`)),
      expect.stringMatching(new RegExp(`^ {4}${ids[1]?.slice(0, 4)}\\w*  b  1h \\dm  b failed$`)),
      expect.stringMatching(/^ {2}1 NO_ANSWER, oldest 1h \dm$/),
      expect.stringMatching(/^ {4}[\w-]{4,} {2}c {2}1h \dm {2}c failed$/),
      `${FAILURES} → image-pipeline-local-ingest: 1`,
      expect.stringMatching(/^ {2}1 RetriesExhausted, oldest/),
      expect.stringMatching(/^ {4}[\w-]{4,} {2}photos\/a b\.jpg {2}1h \dm {2}1 of 1 events not published$/),
      `${BARE_EVENTS} → image-pipeline-local-ingest: 0`,
    ]);
  });

  test("names ten messages of a reason to a person, and the option that lists the rest", async () => {
    for (let index = 0; index < 12; index++) await office.add(`${index}`, "STORE_DENIED");
    const { out } = await dlq(["list", ...at]);
    expect([out[1], out[12]]).toEqual([
      expect.stringMatching(/^ {2}12 STORE_DENIED/),
      "    and 2 more: --json lists them all",
    ]);
  });

  test("shows the error that Lambda recorded for an event in ingest's dead-letter queue", async () => {
    const text = (StringValue: string) => ({ DataType: "String", StringValue });
    office.server.sendMessage(BARE_EVENTS, JSON.stringify(INVOCATION_RECORD.requestPayload), {
      messageAttributes: { ErrorCode: text("200"), ErrorMessage: text("not published") },
    });
    const { out } = await dlq(["list", ...at]);
    expect(out.slice(-2)).toEqual([
      expect.stringMatching(/^ {2}1 RetriesExhausted/),
      expect.stringMatching(/photos\/a b\.jpg .* not published$/),
    ]);
  });

  test("shows the error and the execution of an event that the workflow gave up", async () => {
    const text = (StringValue: string) => ({ DataType: "String", StringValue });
    office.server.sendMessage(DEAD_LETTERS, bodyOf("review/a.jpg"), {
      messageAttributes: { errorCode: text("STORE_UNAVAILABLE"), execution: text("arn:execution") },
    });
    const { out } = await dlq(["list", ...at]);
    expect(out.slice(1, 3)).toEqual([
      expect.stringMatching(/^ {2}1 STORE_UNAVAILABLE/),
      expect.stringMatching(/review\/a\.jpg .* it failed in arn:execution$/),
    ]);
  });

  test("finds every subscriber of either topic, except those without a dead-letter queue", async () => {
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

  test("lists the scheduled audit's two queues if it has a schedule", async () => {
    const queues = ["image-pipeline-local-audit-failures", "image-pipeline-local-audit-dlq"];
    for (const queue of queues) office.server.createQueue(queue);
    const { out } = await dlq(["list", ...at]);
    expect(out.slice(-2)).toEqual(queues.map((queue) => `${queue} → image-pipeline-local-audit: 0`));
  });

  test("leaves every message in its queue, visible at once", async () => {
    for (let index = 0; index < 25; index++) await office.add(`${index}`);
    await dlq(["list", ...at]);
    expect([office.ready(DEAD_LETTERS).length, office.held(DEAD_LETTERS)]).toEqual([25, 0]);
  });

  test("is the default, and writes one JSON object per message", async () => {
    const id = await office.add("a", "STORE_DENIED");
    await office.add("b", "NO_ANSWER");
    const { out } = await dlq([...at, "--json", "--reason", "STORE_DENIED"]);
    expect(out.map((line) => JSON.parse(line))).toMatchObject([
      { id, queue: DEAD_LETTERS, target: RENDITIONS, reason: "STORE_DENIED", text: "a failed", key: "a" },
    ]);
  });

  test("reports messages without a record, those that SNS could not deliver, and unrecognised ones", async () => {
    await office.add("unrecorded");
    const text = (StringValue: string) => ({ DataType: "String", StringValue });
    office.server.sendMessage(DEAD_LETTERS, "hello", { messageAttributes: { ErrorMessage: text("denied") } });
    const { out } = await dlq(["list", ...at, "--json"]);
    expect(out.map((line) => JSON.parse(line))).toMatchObject([
      { reason: "UNKNOWN", key: "unrecorded" },
      { reason: "UNDELIVERED", text: "denied", key: null },
    ]);
  });

  test("names the reasons there are for a reason that no message has, and ends with 1", async () => {
    await office.add("a", "STORE_DENIED");
    const { code, error } = await dlq(["list", ...at, "--reason", "STORE_DENEID"]);
    expect({ code, error }).toEqual({
      code: 1,
      error: [
        'dlq: no message failed for "STORE_DENEID": did you mean "STORE_DENIED"? (there are STORE_DENIED)',
      ],
    });
  });
});

describe("dlq show", () => {
  test("shows one message with its last error, by its id", async () => {
    const id = await office.add("photos/a.jpg", "STORE_DENIED");
    const { code, out } = await dlq(["show", id, ...at]);
    expect(code).toBe(0);
    expect(out.slice(0, 6)).toEqual([
      `id:            ${id}`,
      `queue:         ${DEAD_LETTERS}`,
      `goes back to:  ${RENDITIONS}`,
      "reason:        STORE_DENIED",
      "error:         photos/a.jpg failed",
      "key:           photos/a.jpg",
    ]);
    expect(JSON.parse(out.slice(8).join("\n"))).toMatchObject({ type: "image.uploaded" });
    expect([office.ready(DEAD_LETTERS).length, office.held(DEAD_LETTERS)]).toEqual([1, 0]);
  });

  test("takes the first characters of an id, and a key", async () => {
    const id = await office.add("photos/a.jpg", "STORE_DENIED");
    const byId = await dlq(["show", id.slice(0, 6), ...at, "--json"]);
    const byKey = await dlq(["show", "photos/a.jpg", ...at, "--json"]);
    expect([...byId.json, ...byKey.json]).toMatchObject([{ id }, { id }]);
  });

  test("shows every message of a key", async () => {
    for (const code of ["FIRST", "SECOND"]) await office.add("photos/a.jpg", code);
    const { json } = await dlq(["show", "photos/a.jpg", ...at, "--json"]);
    expect(json).toHaveLength(2);
  });

  test("reports in one line that there is no such message", async () => {
    const { code, error } = await dlq(["show", "nothing", ...at]);
    expect({ code, error }).toEqual({
      code: 1,
      error: ['dlq: no dead-letter queue holds a message "nothing": see npx pipeline dlq'],
    });
  });
});

describe("dlq drop", () => {
  test("removes one message for good, after a question", async () => {
    const id = await office.add("a", "STORE_DENIED");
    await office.add("b", "STORE_DENIED");
    const asked: string[] = [];
    const confirm = async (question: string) => asked.push(question) > 0;
    const { code, error } = await dlq(["drop", id, ...at], { confirm });
    expect({ code, error, asked }).toEqual({
      code: 0,
      error: ["1 message dropped"],
      asked: ["Remove 1 message for good?"],
    });
    expect(office.ready(DEAD_LETTERS).map(({ body }) => JSON.parse(body).subject)).toEqual(["b"]);
  });

  test("removes nothing when the answer is no, and ends with 1", async () => {
    await office.add("a", "STORE_DENIED");
    const { code, error } = await dlq(["drop", "a", ...at], { confirm: async () => false });
    expect({ code, error }).toEqual({ code: 1, error: ["nothing was dropped"] });
    expect([office.ready(DEAD_LETTERS).length, office.held(DEAD_LETTERS)]).toEqual([1, 0]);
  });

  test("removes the messages of a reason without a question with --yes", async () => {
    for (const key of ["a", "b"]) await office.add(key, "STORE_DENIED");
    await office.add("other", "NO_ANSWER");
    const { code, error } = await dlq(["drop", "--reason", "STORE_DENIED", "--yes", ...at]);
    expect({ code, error }).toEqual({ code: 0, error: ["2 messages dropped"] });
    expect(office.ready(DEAD_LETTERS).map(({ body }) => JSON.parse(body).subject)).toEqual(["other"]);
  });

  test("removes nothing in a dry run", async () => {
    const id = await office.add("a", "STORE_DENIED");
    const { json, error } = await dlq(["drop", id, "--dry-run", "--json", ...at]);
    expect([json, error]).toMatchObject([[{ id }], ["1 message would be dropped"]]);
    expect(office.ready(DEAD_LETTERS)).toHaveLength(1);
  });

  test.each([
    [["drop", "a"], /^dlq: drop asks before it removes messages: add --yes/],
    [["drop", "--yes"], /^dlq: say which messages to drop/],
  ])("refuses %j without a terminal, with 2", async (argv, message) => {
    const { code, error } = await dlq([...argv, ...at]);
    expect({ code, error }).toEqual({ code: 2, error: [expect.stringMatching(message)] });
  });
});

describe("dlq redrive", () => {
  test("moves every message back, with its body and attributes", async () => {
    await office.add("a", "STORE_DENIED");
    const [buried] = office.ready(DEAD_LETTERS);
    const { code, error } = await dlq(["redrive", ...at]);
    expect({ code, error }).toEqual({ code: 0, error: ["1 message sent back"] });
    expect(office.ready(DEAD_LETTERS)).toEqual([]);
    const [{ body, messageAttributes } = { body: "", messageAttributes: {} }] = office.ready(RENDITIONS);
    expect(body).toBe(buried?.body);
    expect(messageAttributes).toMatchObject({ type: { StringValue: "image.uploaded" } });
  });

  test("keeps the message group, or gives a message without one its tenant's", async () => {
    await office.send(DEAD_LETTERS, "alice/a.jpg", "as-it-was");
    await office.add("bob/a.jpg");
    await dlq(["redrive", ...at]);
    expect(
      office
        .ready(RENDITIONS)
        .map(({ messageGroupId }) => messageGroupId)
        .sort(),
    ).toEqual(["as-it-was", "bob"]);
  });

  test("invokes ingest with an S3 event, as S3 sent it", async () => {
    office.server.sendMessage(FAILURES, JSON.stringify(INVOCATION_RECORD));
    await dlq(["redrive", ...at]);
    expect(office.invocations).toEqual([
      {
        path: "/2015-03-31/functions/image-pipeline-local-ingest/invocations?Qualifier=live",
        type: "Event",
        payload: INVOCATION_RECORD.requestPayload,
      },
    ]);
    expect(office.ready(FAILURES)).toEqual([]);
  });

  test("moves only the messages of a key", async () => {
    for (const key of ["a", "b"]) await office.add(key, "STORE_DENIED");
    const { error } = await dlq(["redrive", "b", ...at]);
    expect(error).toEqual(["1 message sent back"]);
    expect(office.ready(RENDITIONS).map(({ body }) => JSON.parse(body).subject)).toEqual(["b"]);
  });

  test("names the reasons there are for a reason that no message has, and moves nothing", async () => {
    await office.add("a", "STORE_DENIED");
    const { code, error } = await dlq(["redrive", ...at, "--reason", "TYPO"]);
    expect({ code, error: error.at(-1) }).toEqual({
      code: 1,
      error: 'dlq: no message failed for "TYPO": there is only STORE_DENIED',
    });
    expect(office.ready(DEAD_LETTERS)).toHaveLength(1);
  });

  test("moves only the messages of a reason, and no more than the limit", async () => {
    for (const key of ["a", "b", "c"]) await office.add(key, "STORE_DENIED");
    await office.add("other", "NO_ANSWER");
    const { error } = await dlq(["redrive", ...at, "--reason", "STORE_DENIED", "--limit", "2"]);
    expect(error).toEqual(["2 messages sent back"]);
    expect([office.ready(RENDITIONS).length, office.ready(DEAD_LETTERS).length]).toEqual([2, 2]);
    expect(office.held(DEAD_LETTERS)).toBe(0);
  });

  test("moves nothing in a dry run, and reports the messages that it would move", async () => {
    const id = await office.add("a", "STORE_DENIED");
    const { out, error } = await dlq(["redrive", ...at, "--dry-run", "--json"]);
    expect(out.map((line) => JSON.parse(line))).toMatchObject([{ id, target: RENDITIONS }]);
    expect(error).toEqual(["1 message would be sent back"]);
    expect([office.ready(RENDITIONS).length, office.ready(DEAD_LETTERS).length]).toEqual([0, 1]);
  });

  test("keeps to its rate", async () => {
    for (const key of ["a", "b", "c"]) await office.add(key);
    const { slept } = await dlq(["redrive", ...at, "--rate", "4"]);
    expect(slept).toEqual([0, 250, 250]);
  });

  test("leaves messages that arrive after it began, so that a failure does not repeat forever", async () => {
    await office.add("from the future");
    const now = Date.now();
    const { error } = await dlq(["redrive", ...at], { startedAt: now - 60_000 });
    expect(error).toEqual(["0 messages sent back"]);
    expect(office.ready(DEAD_LETTERS)).toHaveLength(1);
  });

  test("leaves every message in exactly one of the two queues when it is interrupted", async () => {
    for (let index = 0; index < 15; index++) await office.add(`${index}`);
    const interruption = new AbortController();
    let lines = 0;
    const onLine = () => {
      if (++lines === 4) interruption.abort();
    };
    const { code, error } = await dlq(["redrive", ...at, "--json"], { signal: interruption.signal, onLine });
    expect({ code, error }).toEqual({ code: 130, error: ["4 messages sent back, then stopped"] });
    expect([office.ready(RENDITIONS).length, office.ready(DEAD_LETTERS).length]).toEqual([4, 11]);
  });

  test("keeps a message that cannot be sent, and reports the error in one line", async () => {
    await office.add("a");
    office.server.sendMessage(FAILURES, JSON.stringify({ ...INVOCATION_RECORD, requestPayload: "refuse" }));
    const { code, error } = await dlq(["redrive", ...at]);
    expect(code).toBe(1);
    expect(error).toEqual(["1 message sent back", expect.stringMatching(/^dlq: /)]);
    expect([office.ready(RENDITIONS).length, office.ready(FAILURES).length]).toEqual([1, 1]);
  });
});

describe("dlq reports wrong usage in one line", () => {
  test.each([
    [["list"], 1, /^dlq: no local runtime is running on this machine: start one/],
    [["show", "--endpoint", "http://127.0.0.1:1"], 2, /^dlq: missing required argument 'message'/],
    [["shw"], 2, /^dlq: unknown command "dlq shw": did you mean "show"\?/],
    [["--json", "redrive"], 2, /^dlq: unknown command "dlq redrive": write "dlq redrive" before the options/],
    [["redrive", "--rate", "0"], 2, /^dlq: --rate must be a number from 0.1 to 1000, got "0"/],
    [["redrive", "--limit", "x"], 2, /^dlq: --limit must be a whole number, 1 or more, got "x"/],
    [["list", "--dry-run"], 2, /^dlq: unknown option '--dry-run'/],
    [["list", "--reson", "X"], 2, /^dlq: unknown option '--reson': did you mean --reason\?/],
    [["list", "--environment", "pord"], 2, /^dlq: unknown environment "pord"/],
  ])("%j", async (argv, exitCode, message) => {
    const { code, error } = await dlq(argv);
    expect({ code, error }).toEqual({ code: exitCode, error: [expect.stringMatching(message)] });
  });

  test("when nothing answers", async () => {
    const { code, error } = await dlq(["list", "--endpoint", "http://127.0.0.1:1"]);
    expect({ code, error }).toEqual({ code: 1, error: [expect.stringMatching(/^dlq: nothing answers/)] });
  });
});
