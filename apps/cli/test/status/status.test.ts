import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { DEAD_LETTERS, deadLetterOffice, PIPELINES, RENDITIONS } from "../dlq/dead-letter-office.ts";
import { run } from "../run.ts";

let office: Awaited<ReturnType<typeof deadLetterOffice>>;
beforeAll(async () => {
  office = await deadLetterOffice();
});
afterEach(() => office.empty());
afterAll(() => office.stop());

/** Runs `status` ninety seconds from now. */
async function status(...argv: string[]) {
  const clock = { now: () => Date.now() + 90_000, sleep: async () => undefined };
  return run(["status", "--endpoint", office.endpoint, ...argv], { pipelines: PIPELINES, clock });
}

describe("status", () => {
  test("shows each queue with its dead-letter queue, and ends with 0 when nothing failed", async () => {
    office.server.sendMessage(RENDITIONS, "{}");
    const { code, out } = await status();
    expect(code).toBe(0);
    expect(out.slice(0, 3)).toEqual([
      expect.stringMatching(/^queue +waiting +in flight +oldest$/),
      expect.stringMatching(/^image-pipeline-local-renditions +1 +0 +1m 3\ds$/),
      expect.stringMatching(/^ {2}image-pipeline-local-renditions-dlq +0 +0 +-$/),
    ]);
  });

  test("ends with 1 when a dead-letter queue holds messages, and names the command that shows them", async () => {
    await office.add("a", "STORE_DENIED");
    const { code, out } = await status();
    expect([code, out.at(-1)]).toEqual([1, "failed messages, with their reasons: npx pipeline dlq"]);
  });

  test("writes a line of JSON per queue", async () => {
    office.server.sendMessage(RENDITIONS, "{}");
    const { json } = await status("--json");
    expect(json.slice(0, 2)).toEqual([
      {
        queue: RENDITIONS,
        isDeadLetterQueue: false,
        waiting: 1,
        inFlight: 0,
        delayed: 0,
        oldestSeconds: expect.any(Number),
      },
      {
        queue: DEAD_LETTERS,
        isDeadLetterQueue: true,
        waiting: 0,
        inFlight: 0,
        delayed: 0,
        oldestSeconds: null,
      },
    ]);
  });

  test("leaves every message in its queue", async () => {
    office.server.sendMessage(RENDITIONS, "{}");
    await status();
    expect([office.ready(RENDITIONS).length, office.held(RENDITIONS)]).toEqual([1, 0]);
  });
});
