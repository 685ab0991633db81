import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { type LambdaHostOptions, startLambdaHost } from "../../src/lambda-host/lambda-host.ts";
import type { LambdaFunction, Mapping } from "../../src/topology/topology.ts";
import { lambdaOf, writeZip } from "../function-factory.ts";
import { temporaryFolder } from "../temporary-folder.ts";

type Failure = Parameters<NonNullable<LambdaHostOptions["onFailure"]>>[0];

/** A host with one function, called the way its pollers do. */
async function host(
  lambda: LambdaFunction,
  { maximumProcesses = 2, mappings = [] as readonly Mapping[] } = {},
) {
  const failures: Failure[] = [];
  const folder = temporaryFolder();
  const running = await startLambdaHost({
    topology: { functions: [lambda], mappings, region: "eu-central-1" },
    endpoint: "http://127.0.0.1:4566",
    credentialsOf: () => ({ accessKeyId: "key", secretAccessKey: "secret", sessionToken: "token" }),
    folder,
    maximumProcesses,
    onFailure: (failure) => failures.push(failure),
  });
  onTestFinished(running.close);
  const invoke = (payload: unknown = {}) => running.invoke(lambda.name, payload);
  return { ...running, folder, invoke, failures };
}

const failing = (error: object) => ({ ok: false, error: expect.objectContaining(error) });

describe("the Lambda host", () => {
  it("invokes a function with its event and returns its answer", async () => {
    const { invoke } = await host(lambdaOf("async (event) => ({ sum: event.a + event.b })"));
    expect(await invoke({ a: 1, b: 2 })).toEqual({ ok: true, payload: { sum: 3 } });
  });

  it("returns null for a handler without a result", async () => {
    const { invoke } = await host(lambdaOf("async () => {}"));
    expect(await invoke()).toEqual({ ok: true, payload: null });
  });

  it("sets the stack's and Lambda's environment variables, and none of this process", async () => {
    const lambda = lambdaOf("async () => process.env", { environment: { MINE: "yes" } });
    const { invoke } = await host(lambda);
    const outcome = await invoke();
    expect(outcome).toMatchObject({
      payload: {
        MINE: "yes",
        AWS_LAMBDA_FUNCTION_NAME: "my-function",
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "512",
        AWS_REGION: "eu-central-1",
        AWS_ENDPOINT_URL: "http://127.0.0.1:4566",
        AWS_ACCESS_KEY_ID: "key",
        AWS_SESSION_TOKEN: "token",
      },
    });
    expect(outcome).not.toHaveProperty("payload.VITEST");
  });

  it("hides the user's AWS settings and variables from a function", async () => {
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "the-user's");
    vi.stubEnv("GITHUB_TOKEN", "the-user's");
    onTestFinished(() => void vi.unstubAllEnvs());
    const looks = `async () => {
      const { existsSync, readdirSync } = require("node:fs");
      const { homedir } = require("node:os");
      const files = [homedir() + "/.aws", process.env.AWS_CONFIG_FILE, process.env.AWS_SHARED_CREDENTIALS_FILE];
      return { home: homedir(), found: files.filter((file) => existsSync(file)), variables: Object.values(process.env) };
    }`;
    const { invoke, folder } = await host(lambdaOf(looks));
    const outcome = await invoke();
    expect(outcome).toMatchObject({ payload: { home: expect.stringContaining(folder), found: [] } });
    expect(JSON.stringify(outcome)).not.toContain("the-user's");
  });

  it("keeps the functions' logs to the user who started it", async () => {
    const { folder } = await host(lambdaOf("async () => null"));
    expect(statSync(join(folder, "logs")).mode & 0o777).toBe(0o700);
  });

  it("passes a context with the remaining time", async () => {
    const handler = "async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis() })";
    const { invoke } = await host(lambdaOf(handler));
    const outcome = await invoke();
    expect(outcome).toMatchObject({
      payload: {
        functionName: "my-function",
        memoryLimitInMB: "512",
        awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        left: expect.any(Number),
      },
    });
    const left = outcome.ok ? Object(outcome.payload).left : 0;
    expect(left).toBeGreaterThan(1000);
    expect(left).toBeLessThanOrEqual(5000);
  });

  it.each([
    ["an ES module", { "index.mjs": "export const handler = async () => 'esm';" }, "index.handler", "esm"],
    [
      "a module in a folder",
      { "src/app.js": "exports.main = async () => 'nested';" },
      "src/app.main",
      "nested",
    ],
  ])("runs %s", async (_kind, files, handler, payload) => {
    const { invoke } = await host(lambdaOf("", { zipPath: writeZip(files), handler }));
    expect(await invoke()).toEqual({ ok: true, payload });
  });

  it("reports an exception with its type and message, and keeps the process", async () => {
    const { invoke, failures } = await host(
      lambdaOf("async (event) => { if (event.bad) throw new TypeError('no good'); return process.pid; }"),
    );
    const before = await invoke();
    expect(await invoke({ bad: true })).toEqual(failing({ errorType: "TypeError", errorMessage: "no good" }));
    expect(await invoke()).toEqual(before);
    expect(failures).toMatchObject([{ functionName: "my-function", error: "TypeError: no good" }]);
  });

  it("writes the output of a function to its log", async () => {
    const { invoke, failures } = await host(
      lambdaOf("async () => { console.log('a word'); throw new Error('end'); }"),
    );
    await invoke();
    expect(readFileSync(failures[0]?.logFile ?? "", "utf8")).toMatch(/^a word\n/);
  });

  it("writes an exception's message to the log so that it neither acts on a terminal nor imitates a line", async () => {
    const text = 'a\u001b[2J\n{"level":"INFO"}\u202e';
    const { invoke, folder } = await host(
      lambdaOf(`async () => { throw new Error(${JSON.stringify(text)}); }`),
    );
    expect(await invoke()).toMatchObject(failing({ errorMessage: text }));
    const lines = readFileSync(join(folder, "logs/my-function.log"), "utf8").trimEnd().split("\n");
    expect(lines.slice(0, 2)).toEqual(["Error: a\\u{1b}[2J", '  {"level":"INFO"}\\u{202e}']);
  });

  it("reports a process that ended during an invocation, and starts another", async () => {
    const { invoke } = await host(
      lambdaOf("async (event) => { if (event.end) process.exit(3); return 'fine'; }"),
    );
    expect(await invoke({ end: true })).toEqual(
      failing({ errorType: "Runtime.ExitError", errorMessage: expect.stringContaining("exit status 3") }),
    );
    expect(await invoke()).toEqual({ ok: true, payload: "fine" });
  });

  it("reports a process that was killed during an invocation", async () => {
    const { invoke } = await host(lambdaOf("async () => process.kill(process.pid, 'SIGKILL')"));
    expect(await invoke()).toEqual(
      failing({ errorType: "Runtime.ExitError", errorMessage: expect.stringContaining("SIGKILL") }),
    );
  });

  it("kills a function after its timeout, even if it blocks", async () => {
    const lambda = lambdaOf("async (event) => { while (event.spin); return 'fine'; }", { timeoutSeconds: 1 });
    const { invoke } = await host(lambda);
    expect(await invoke({ spin: true })).toEqual(
      failing({
        errorType: "Sandbox.Timedout",
        errorMessage: expect.stringContaining("timed out after 1.00 seconds"),
      }),
    );
    expect(await invoke()).toEqual({ ok: true, payload: "fine" });
  });

  it("kills a function that uses more memory than it has", async () => {
    const hog =
      "async () => { const all = []; for (;;) { all.push(Buffer.alloc(2e7, 1)); await new Promise(setImmediate); } }";
    const { invoke } = await host(lambdaOf(hog, { memoryMegabytes: 200, timeoutSeconds: 20 }));
    expect(await invoke()).toEqual(
      failing({
        errorType: "Runtime.ExitError",
        errorMessage: expect.stringMatching(/signal: (killed|SIG)/),
      }),
    );
  });

  it("reports a function that cannot be loaded", async () => {
    const { invoke } = await host(
      lambdaOf("", { zipPath: writeZip({ "index.js": "throw new RangeError('at start')" }) }),
    );
    expect(await invoke()).toEqual(failing({ errorType: "RangeError", errorMessage: "at start" }));
  });

  it("reports a missing handler", async () => {
    const { invoke } = await host(lambdaOf("async () => 1", { handler: "index.other" }));
    expect(await invoke()).toEqual(failing({ errorType: "Runtime.HandlerNotFound" }));
  });

  it("runs as many invocations at once as there are processes, and the others in turn", async () => {
    const { invoke } = await host(lambdaOf("async () => process.pid"), { maximumProcesses: 2 });
    const pids = (await Promise.all(Array.from({ length: 6 }, () => invoke()))).map(
      (outcome) => outcome.ok && outcome.payload,
    );
    expect(new Set(pids).size).toBeLessThanOrEqual(2);
    expect(pids).toHaveLength(6);
  });

  it("limits the processes of a function by its reservation, its mapping and the machine", async () => {
    const mapping = {
      queueArn: "",
      functionName: "my-function",
      batchSize: 1,
      windowSeconds: 0,
      maximumConcurrency: 3,
      reportsBatchItemFailures: true,
    };
    const concurrency = async (reservedConcurrency: number | null, maximumProcesses: number) => {
      const { concurrencyOf } = await host(lambdaOf("0", { reservedConcurrency }), {
        maximumProcesses,
        mappings: [mapping],
      });
      return concurrencyOf("my-function");
    };
    expect([await concurrency(null, 8), await concurrency(2, 8), await concurrency(null, 1)]).toEqual([
      3, 2, 1,
    ]);
  });

  it("puts the function's name into the command line of its process", async () => {
    const { invoke } = await host(lambdaOf("async () => process.argv"));
    expect(await invoke()).toMatchObject({ payload: expect.arrayContaining(["my-function"]) });
  });
});
