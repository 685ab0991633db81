import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { generatedPositionFor, LEAST_UPPER_BOUND, TraceMap } from "@jridgewell/trace-mapping";
import sharp from "sharp";
import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { awsClients, LOCAL_CREDENTIALS } from "../../src/services/clients.ts";
import { start } from "../command-line.ts";

/** A function that the worker calls for every upload. */
const FUNCTION = "export function toManifestKey";

const Message = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.unknown().optional(),
});
const ScriptParsed = z.object({ scriptId: z.string(), url: z.string(), sourceMapURL: z.string() });
const Paused = z.object({ callFrames: z.array(z.object({ functionName: z.string() })) });

/** A client of the Chrome DevTools Protocol, as an editor's debugger is one. */
async function debuggerAt(url: string) {
  const socket = new WebSocket(url);
  onTestFinished(() => socket.close());
  const answers = new Map<number, () => void>();
  const listeners = new Map<string, (params: unknown) => void>();
  socket.addEventListener("message", ({ data }) => {
    const { id, method, params } = Message.parse(JSON.parse(String(data)));
    if (id !== undefined) answers.get(id)?.();
    if (method !== undefined) listeners.get(method)?.(params);
  });
  await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
  let last = 0;
  return {
    send(method: string, params: object = {}): Promise<void> {
      const id = ++last;
      socket.send(JSON.stringify({ id, method, params }));
      return new Promise((resolve) => answers.set(id, resolve));
    },
    /** The first of these events that the schema and the condition accept. */
    event<Type>(method: string, schema: z.ZodType<Type>, isWanted: (params: Type) => boolean = () => true) {
      const { promise, resolve } = Promise.withResolvers<Type>();
      listeners.set(method, (params) => {
        const parsed = schema.parse(params);
        if (isWanted(parsed)) resolve(parsed);
      });
      return promise;
    },
  };
}

/** The position of the function's first statement in the bundle. */
function positionIn(mapPath: string) {
  const map = new TraceMap(readFileSync(mapPath, "utf8"));
  for (const source of map.sources) {
    if (!source?.endsWith(".ts")) continue;
    const lines = readFileSync(new URL(source), "utf8").split("\n");
    const at = lines.findIndex((text) => text.startsWith(FUNCTION));
    const from = { source, line: at + 2, column: 0, bias: LEAST_UPPER_BOUND } as const;
    const found = at < 0 ? null : generatedPositionFor(map, from);
    if (found && found.line !== null) return { lineNumber: found.line - 1, columnNumber: found.column };
  }
  throw new Error(`${mapPath} has no source with "${FUNCTION}"`);
}

it("stops a debugger at a breakpoint in the worker's TypeScript, and processes the image afterwards", async () => {
  const command = start(["--no-samples", "--port", "0", "--inspect", "worker:0"]);
  const [, endpoint] = await command.seen(/(http:\/\/127\.0\.0\.1:\d+)\n/);
  const [, url = ""] = await command.seen(/worker waits for a debugger at (ws:\S+)/);
  const client = await debuggerAt(url);
  const bundle = client.event("Debugger.scriptParsed", ScriptParsed, (script) =>
    script.url.endsWith("/index.js"),
  );
  await client.send("Runtime.enable");
  await client.send("Debugger.enable");
  await client.send("Runtime.runIfWaitingForDebugger");
  const script = await bundle;
  const position = positionIn(fileURLToPath(new URL(script.sourceMapURL, script.url)));
  await client.send("Debugger.setBreakpointByUrl", { url: script.url, ...position });
  const paused = client.event("Debugger.paused", Paused);
  const { s3 } = awsClients({
    endpoint: endpoint ?? "",
    region: "us-east-1",
    credentials: LOCAL_CREDENTIALS,
  });
  const Body = await sharp({ create: { width: 60, height: 40, channels: 3, background: "#336699" } })
    .jpeg()
    .toBuffer();
  const Bucket = "image-pipeline-local-uploads-000000000000";
  await s3.send(new PutObjectCommand({ Bucket, Key: "a.jpg", Body }));
  expect((await paused).callFrames[0]?.functionName).toBe("toManifestKey");
  await client.send("Debugger.disable");
  await command.seen(/processed +a\.jpg/);
});

it("names the functions that there are when --inspect names another", async () => {
  const command = start(["--no-samples", "--port", "0", "--inspect", "wroker"]);
  expect(await command.ended).toBe(1);
  expect(command.stderr()).toMatch(/^there is no function "wroker": it must be .*\bworker\b/);
});
