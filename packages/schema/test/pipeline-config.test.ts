import { describe, expect, it } from "vitest";
import { ConfigError, definePipeline, firstPipeline, pipelineFor } from "../src/config.ts";

const presets = { thumb: { width: 160, formats: ["webp"] } } as const;

/** Returns the lines that `definePipeline` reports for a config that TypeScript would not accept. */
function errorsOf(config: object): string[] {
  try {
    Reflect.apply(definePipeline, undefined, [config]);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split("\n").map((line) => line.trim());
    throw error;
  }
  return [];
}

describe("definePipeline", () => {
  it("gives each environment the shared settings, overridden key by key by its own", () => {
    const pipelines = definePipeline({
      presets: { thumb: { width: 160, formats: ["webp"] } },
      worker: { memoryMegabytes: 2048 },
      environments: { dev: {}, prod: { worker: { maximumConcurrency: 50 }, tags: { team: "images" } } },
    });
    expect(pipelines.get("prod")).toMatchObject({
      environment: "prod",
      worker: { memoryMegabytes: 2048, maximumConcurrency: 50, timeoutSeconds: 60 },
      tags: { team: "images" },
    });
    expect(pipelines.get("dev")?.worker.maximumConcurrency).toBe(10);
  });

  it("accepts environments of which one begins with another's name without a dash", () => {
    expect([
      ...definePipeline({
        presets: { thumb: { width: 9, formats: ["webp"] } },
        environments: { prod: {}, prod2: {} },
      }).keys(),
    ]).toEqual(["prod", "prod2"]);
  });

  it.each([
    ["https://app.example.com/", "must be the origin of a page"],
    ["*", "must be the origin of a page"],
    ["https://app.example.com:443", 'must be without the usual port: "https://app.example.com"'],
    ["app.example.com", "must be the origin of a page"],
  ])("refuses %s as an origin whose pages may upload", (origin, message) => {
    const uploads = { allowedOrigins: [origin] };
    expect(errorsOf({ presets, uploads, environments: { dev: {} } }).join()).toContain(
      `uploads.allowedOrigins.0: ${message}`,
    );
  });

  it("accepts origins of pages that may upload", () => {
    const allowedOrigins = ["https://app.example.com", "http://localhost:3000", "http://[::1]:8080"];
    const pipelines = definePipeline({
      presets: { thumb: { width: 160, formats: ["webp"] } },
      uploads: { allowedOrigins },
      environments: { dev: {} },
    });
    expect(pipelines.get("dev")?.uploads.allowedOrigins).toEqual(allowedOrigins);
  });

  it("replaces a preset completely, not key by key", () => {
    const pipelines = definePipeline({
      presets: { thumb: { width: 160, height: 160, formats: ["webp"] } },
      environments: { dev: { presets: { thumb: { width: 80, formats: ["jpeg"] } } } },
    });
    expect(pipelines.get("dev")?.presets.thumb?.height).toBeUndefined();
  });

  it("reports every error at once, each with its path on a separate line", () => {
    const errors = errorsOf({
      presets: { ...presets, wide: { width: 0, formats: [] } },
      worker: { memoryMegabytes: 1, batchSize: "3" },
      limits: { maxBytes: 0 },
      environments: { dev: {} },
    });
    expect(errors).toEqual([
      "pipeline.config.ts has 5 errors:",
      "worker.memoryMegabytes: must be at least 128",
      "worker.batchSize: must be a number",
      "presets.wide.width: must be more than 0",
      "presets.wide.formats: must be at least 1 in number",
      "limits.maxBytes: must be more than 0",
    ]);
  });

  it.each([
    [{ presets }, "environments: must name at least one environment, such as { dev: {} }"],
    [{ presets, environments: {} }, "environments: must name at least one environment, such as { dev: {} }"],
    [
      { presets, workflow: { prefix: "a\ufffd" }, environments: { dev: {} } },
      "workflow.prefix: must not have control characters or U+FFFD, by which SNS cannot filter",
    ],
    [
      { presets, workflow: { minBytes: 2_000_000_000 }, environments: { dev: {} } },
      "workflow.minBytes: must be at most 1000000000",
    ],
    [{ environments: { dev: {} } }, "presets: is missing: must be an object"],
    [{ presets: {}, environments: { dev: {} } }, "presets: must have at least one preset"],
    [
      { presets: { "Big One": presets.thumb }, environments: { dev: {} } },
      'presets.Big One: the name "Big One" must be lower-case letters, digits and dashes, 40 at most',
    ],
    [
      { presets, environments: { Prod: {} } },
      'environments.Prod: the name "Prod" must be lower-case letters, digits and dashes, 16 at most',
    ],
    [
      { presets, environments: { local: {} } },
      'environments.local: the name "local" is the name of this machine\'s environment: choose another name',
    ],
    ...["state", "plan", "apply", "account"].map((name): [object, string] => [
      { presets, environments: { [name]: {} } },
      `environments.${name}: the name "${name}" is part of the names of the account's own bucket, roles and state: choose another name`,
    ]),
    [
      { presets, environments: { "prod-eu": {}, dev: {}, prod: {} } },
      'environments.prod-eu: must not begin with "prod-", since the permissions of the environment prod would include its resources: choose another name',
    ],
    [
      { presets, tags: { Project: "other" }, environments: { dev: {} } },
      'tags.Project: the name "Project" is the pipeline\'s own tag, which its permissions rest on: choose another name',
    ],
    [
      { presets, environments: { dev: { tags: { environment: "other" } } } },
      'environments.dev.tags.environment: the name "environment" is the pipeline\'s own tag, which its permissions rest on: choose another name',
    ],
    [
      { presets, ci: { repository: "us/images", ownerId: 1 }, environments: { dev: {} } },
      "ci.repositoryId: must be set together with ci.ownerId: GitHub's subjects have both or neither",
    ],
    [
      { presets, environments: { dev: null } },
      "environments.dev: must be an object of settings: {} for the shared ones",
    ],
    [
      { presets, environments: { dev: { architecture: "arm64" } } },
      "environments.dev.architecture: must be set for all environments together, since the zips are built once",
    ],
    [
      { presets, worker: { memory: 512 }, environments: { dev: {} } },
      'worker.memory: unknown setting (did you mean "memoryMegabytes"?)',
    ],
    [{ presets, colours: 3, environments: { dev: {} } }, "colours: unknown setting"],
    [
      { presets: { thumb: { ...presets.thumb, widht: 80 } }, environments: { dev: {} } },
      'presets.thumb.widht: unknown setting (did you mean "width"?)',
    ],
    [
      {
        presets: { thumb: { width: 80, formats: [{ format: "webp", qualty: 3 }] } },
        environments: { dev: {} },
      },
      'presets.thumb.formats.0.qualty: unknown setting (did you mean "quality"?)',
    ],
    [
      { presets, uploads: { suffixes: [".png", "jpg"] }, environments: { dev: {} } },
      'uploads.suffixes.1: must begin with a dot: ".jpg"',
    ],
    [
      { presets, uploads: { tenantPattern: "^[^/]+/" }, environments: { dev: {} } },
      'uploads.tenantPattern: must be a regular expression with a group in parentheses, such as "^([^/]+)/"',
    ],
    [
      { presets, uploads: { tenantPattern: "(" }, environments: { dev: {} } },
      'uploads.tenantPattern: must be a regular expression with a group in parentheses, such as "^([^/]+)/"',
    ],
    [
      { presets, uploads: { trigger: "sqs" }, environments: { dev: {} } },
      "uploads.trigger: must be notification or eventbridge",
    ],
    [
      { presets, logLevel: "TRACE", environments: { dev: {} } },
      "logLevel: must be DEBUG or INFO or WARN or ERROR",
    ],
    [
      { presets, region: "cn-north-1", environments: { dev: {} } },
      "region: must not be in China (cn-*): its partition is not supported",
    ],
    [{ presets, accountId: 123456789012, environments: { dev: {} } }, "accountId: must be a string"],
  ])("reports the error of %j", (config, error) => {
    expect(errorsOf(config)).toEqual(["pipeline.config.ts has 1 error:", error]);
  });

  it("suggests environments for a misspelt name of theirs, and settings for one of an environment", () => {
    expect(errorsOf({ presets, enviroments: { dev: {} } })).toContain(
      'enviroments: unknown setting (did you mean "environments"?)',
    );
    expect(errorsOf({ presets, environments: { dev: { regio: "eu-west-1" } } })).toContain(
      'environments.dev.regio: unknown setting (did you mean "region"?)',
    );
  });

  it("reports an error of one environment under its name, and a shared error only once", () => {
    const errors = errorsOf({
      presets,
      ingest: { timeoutSeconds: 901 },
      environments: { dev: {}, prod: { worker: { maximumConcurrency: 1 } } },
    });
    expect(errors.slice(1)).toEqual([
      "ingest.timeoutSeconds: must be at most 900",
      "environments.prod.worker.maximumConcurrency: must be at least 2",
    ]);
  });
});

it("rejects an enabled analysis without labels and moderation", () => {
  const analysis = { enabled: true, labels: { enabled: false }, moderation: { enabled: false } };
  expect(errorsOf({ presets, analysis, environments: { dev: {} } })).toContain(
    "analysis.enabled: must be false if neither labels nor moderation are enabled",
  );
});

describe("reserved executions", () => {
  const reservedIn = (settings: object) => {
    const pipelines = definePipeline({
      presets: { ...presets, thumb: { width: 160, formats: ["webp"] } },
      environments: { dev: settings },
    });
    const { ingest, worker, backfill, analysis, audit, workflow } = firstPipeline(pipelines);
    return [ingest, worker, backfill, analysis, audit, workflow].map(
      ({ reservedConcurrency }) => reservedConcurrency,
    );
  };

  it("are none by default, since new accounts have only 10 in all", () => {
    expect(reservedIn({})).toEqual([null, null, null, null, null, null]);
  });

  it("are the recommended ones of every function with one setting", () => {
    const poller = "maximumConcurrency";
    expect(reservedIn({ reserveConcurrency: true })).toEqual([20, poller, poller, poller, 1, 10]);
  });

  it("are a function's own number with or without that setting", () => {
    const ingest = { reservedConcurrency: 5 };
    expect(reservedIn({ ingest })[0]).toBe(5);
    expect(reservedIn({ ingest, reserveConcurrency: true })[0]).toBe(5);
  });
});

describe("pipelineFor", () => {
  const pipelines = definePipeline({
    presets: { thumb: { width: 160, formats: ["webp"] } },
    environments: { dev: {}, prod: {} },
  });

  it("suggests a similar environment", () => {
    expect(() => pipelineFor(pipelines, "prd")).toThrow('unknown environment "prd" (did you mean "prod"?)');
  });

  it("returns the first environment's settings with this machine's CPU for local", () => {
    expect(pipelineFor(pipelines, "local")).toMatchObject({
      environment: "local",
      architecture: process.arch === "arm64" ? "arm64" : "x86_64",
    });
  });

  it("enables the analysis for local, since it is free on this machine", () => {
    expect(pipelines.get("dev")?.analysis.enabled).toBe(false);
    expect(pipelineFor(pipelines, "local").analysis.enabled).toBe(true);
  });

  it("has neither a VPC nor canaries on this machine", () => {
    const vpc = { subnetIds: ["subnet-01234567"], securityGroupIds: ["sg-01234567"] };
    const prod = { vpc, deployments: { canaryMinutes: 10 as const } };
    const both = definePipeline({
      presets: { thumb: { width: 160, formats: ["webp"] } },
      environments: { prod },
    });
    expect(both.get("prod")).toMatchObject(prod);
    expect(pipelineFor(both, "local:prod")).toMatchObject({
      vpc: null,
      deployments: { canaryMinutes: null },
    });
  });

  it("lists the environments when it gets an unknown one", () => {
    expect(() => pipelineFor(pipelines, "stage")).toThrow(
      'unknown environment "stage": pipeline.config.ts has dev, prod',
    );
  });
});

describe("firstPipeline", () => {
  it("returns the settings of the environment that is named first", () => {
    const pipelines = definePipeline({
      presets: { thumb: { width: 160, formats: ["webp"] } },
      environments: { prod: {}, dev: {} },
    });
    expect(firstPipeline(pipelines).environment).toBe("prod");
  });
});
