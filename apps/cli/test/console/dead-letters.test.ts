import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { DEAD_LETTERS, deadLetterOffice, PIPELINES, RENDITIONS } from "../dlq/dead-letter-office.ts";
import { temporaryFolder } from "../local-world.ts";
import { runConsole, type TestConsole } from "./running-console.ts";

const Session = z.object({ csrfToken: z.string() });
const Listing = z.object({
  messages: z.array(z.object({ id: z.string(), key: z.string().nullable(), reason: z.string() })),
});

const state = temporaryFolder();
let office: Awaited<ReturnType<typeof deadLetterOffice>>;
let running: TestConsole;
let headers: Record<string, string>;

beforeAll(async () => {
  office = await deadLetterOffice();
  running = await runConsole({ endpoint: office.endpoint }, { state, pipelines: PIPELINES });
  const signedIn = await fetch(running.address, { redirect: "manual" });
  const cookie = String(signedIn.headers.get("set-cookie")).split(";")[0] ?? "";
  const session = await fetch(`${running.origin}/api/session`, { headers: { cookie } });
  const { csrfToken } = Session.parse(await session.json());
  headers = { cookie, "x-csrf-token": csrfToken, "content-type": "application/json" };
});
afterEach(() => office.empty());
afterAll(async () => {
  await running.close();
  await office.stop();
});

async function list(): Promise<z.infer<typeof Listing>["messages"]> {
  const answer = await fetch(`${running.origin}/api/dead-letters?again=yes`, { headers });
  return Listing.parse(await answer.json()).messages;
}
async function change(name: "redrive" | "drop", body: object) {
  const url = `${running.origin}/api/dead-letters/${name}`;
  const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: answer.status, answer: await answer.json() };
}

describe("the console's dead letters", () => {
  it("are those of the queues, with key and reason as they are", async () => {
    const key = 'photos/<img src=x onerror="alert(1)">.jpg';
    await office.add(key, "STORE_DENIED");
    expect(await list()).toEqual([expect.objectContaining({ key, reason: "STORE_DENIED" })]);
  });

  it("show one message with its payload and how often it was received", async () => {
    const id = await office.add("a.jpg", "NO_ANSWER");
    const answer = await fetch(`${running.origin}/api/dead-letter?id=${id}`, { headers });
    expect(await answer.json()).toMatchObject({ id, payload: expect.stringContaining('"a.jpg"') });
  });

  it("are sent back by their ids, after a dry run that moves nothing", async () => {
    const ids = [await office.add("a.jpg", "NO_ANSWER"), await office.add("b.jpg", "NO_ANSWER")];
    await office.add("c.jpg", "NO_ANSWER");
    expect(await change("redrive", { ids, dryRun: true })).toEqual({ status: 200, answer: { count: 2 } });
    expect([office.ready(DEAD_LETTERS).length, office.ready(RENDITIONS).length]).toEqual([3, 0]);
    expect(await change("redrive", { ids })).toEqual({ status: 200, answer: { count: 2 } });
    expect([office.ready(DEAD_LETTERS).length, office.ready(RENDITIONS).length]).toEqual([1, 2]);
  });

  it("are removed by a reason, and each change leaves a line", async () => {
    await office.add("a.jpg", "STORE_DENIED");
    await office.add("b.jpg", "NO_ANSWER");
    await list();
    await office.add("after-the-look.jpg", "STORE_DENIED");
    expect(await change("drop", { reason: "STORE_DENIED" })).toEqual({ status: 200, answer: { count: 1 } });
    expect((await list()).map(({ key }) => key)).toEqual(["b.jpg", "after-the-look.jpg"]);
    const lines = readFileSync(join(state, "image-pipeline/console-audit.jsonl"), "utf8");
    expect(lines).toMatch(/"change":"POST \/api\/dead-letters\/drop".*"reason":"STORE_DENIED".*"done"/);
  });

  it.each([{}, { ids: [] }, { reason: "" }, { all: true }])(
    "are not all changed by a request that names none: %j",
    async (body) => {
      await office.add("a.jpg", "NO_ANSWER");
      expect((await change("drop", body)).status).toBe(502);
      expect(office.ready(DEAD_LETTERS).length).toBe(1);
    },
  );

  it("are not changed without the CSRF token", async () => {
    await office.add("a.jpg", "NO_ANSWER");
    const url = `${running.origin}/api/dead-letters/drop`;
    const own = { cookie: headers.cookie ?? "", "content-type": "application/json" };
    const body = JSON.stringify({ reason: "NO_ANSWER" });
    expect((await fetch(url, { method: "POST", headers: own, body })).status).toBe(403);
    expect(office.ready(DEAD_LETTERS).length).toBe(1);
  });
});
