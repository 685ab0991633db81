import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pipelineFor } from "@image-pipeline/schema/config";
import { loadPipelines } from "@image-pipeline/schema/load";
import { describe, expect, it } from "vitest";
import { toNames } from "../src/names.ts";
import { synthesise } from "../src/synthesise.ts";
import { aDeployment, synthesised, synthesisedWorkflow, temporaryFolder } from "./deployments.ts";

const deploying = readFileSync(join(import.meta.dirname, "../../../docs/deploying.md"), "utf8");
const notesOf = (settings: Parameters<typeof aDeployment>[0]) =>
  synthesise(aDeployment(settings), temporaryFolder()).notes;

describe("synth says of an environment", () => {
  it("that it reserves no executions by default", () => {
    expect(notesOf({})).toContain(
      "Reserves no concurrent executions: its functions share the account's (reserveConcurrency).",
    );
  });

  it.each([
    [33, { worker: { maximumConcurrency: 10 } }],
    [73, { worker: { maximumConcurrency: 50 } }],
    [103, { worker: { maximumConcurrency: 50 }, workflow: { enabled: true } }],
    [128, { worker: { maximumConcurrency: 50 }, workflow: { enabled: true }, analysis: { enabled: true } }],
  ])(
    "that it reserves %d executions with reserveConcurrency and %j, as in docs/deploying.md",
    (sum, settings) => {
      expect(notesOf({ ...settings, reserveConcurrency: true })).toContain(
        `Reserves ${sum} concurrent executions: Lambda needs a quota of at least ${sum + 100}, plus what the account reserves elsewhere.`,
      );
      expect(deploying).toMatch(new RegExp(`\\| ${sum} \\| ${sum + 100} \\|`));
    },
  );
});

describe("synth says what an environment costs while idle:", () => {
  const config = loadPipelines();
  const costOf = async (environment: string) => {
    const pipeline = pipelineFor(await config, environment);
    const { zips } = aDeployment();
    const { notes } = synthesise(
      { pipeline, names: toNames(pipeline), zips, stateBucket: null },
      temporaryFolder(),
    );
    const [, usd, parts = ""] =
      notes
        .map((note) => /^Costs about ([\d.]+) USD a month while idle \(([^;]+);/.exec(note))
        .find(Boolean) ?? [];
    return { usd: Number(usd), parts };
  };

  it("less than 1.50 USD a month for dev, without alarms and dashboard", async () => {
    const { usd, parts } = await costOf("dev");
    expect(usd).toBeLessThan(1.5);
    expect(parts).toBe("keys 1.00, queue polling 0.12, audit metrics 0.09");
  });

  it("less than 9 USD a month for prod, with everything that notices a fault", async () => {
    const { usd, parts } = await costOf("prod");
    expect(usd).toBeLessThan(9);
    expect(parts).toBe("alarms 3.80, dashboards 3.00, keys 1.00, queue polling 0.12, audit metrics 0.09");
  });
});

describe("alarms without a recipient", () => {
  const TARGETS = "set alarms.email, topicArns, slack or teams";
  const SAID = `The alarms of "prod" notify nobody, which alarms.unattended allows: ${TARGETS}.`;

  it("are reported by synth", () => {
    expect(notesOf({ alarms: {} })).toContain(
      `The alarms of "dev" notify nobody: ${TARGETS}, or alarms.unattended: true if that is intended.`,
    );
  });

  it.each(["prod", "prod-eu", "production", "live"])(
    "are refused in %s, unless the config says so",
    (environment) => {
      const deployment = (alarms: object) => aDeployment({ environment, alarms });
      expect(() => synthesised(deployment({}))).toThrow(
        `its alarms notify nobody: ${TARGETS}, or alarms.unattended: true if that is intended`,
      );
      expect(() => synthesised(deployment({ unattended: true }))).not.toThrow();
    },
  );

  it("are reported in production even if the config says so", () => {
    expect(notesOf({ environment: "prod", alarms: { unattended: true } })).toContain(SAID);
  });

  it.each([
    { environment: "prod", alarms: { email: "us@example.com" } },
    { environment: "prod", alarms: { topicArns: ["arn:aws:sns:us-east-1:123456789012:on-call"] } },
    { environment: "prod", alarms: { slack: { workspaceId: "T1", channelId: "C1" } } },
    { environment: "prod", alarms: { enabled: false } },
    { environment: "products", alarms: { unattended: true } },
  ])("are not reported with %j", (changes) => {
    expect(notesOf(changes).filter((note) => note.includes("nobody"))).toEqual([]);
  });
});

describe("without alarms, dashboard and X-Ray", () => {
  const deployment = aDeployment({
    alarms: { enabled: false, email: "us@example.com" },
    dashboard: false,
    xray: false,
    workflow: { enabled: true },
  });
  const stacks = [synthesised(deployment).core, synthesisedWorkflow(deployment)];

  it("no stack has an alarm, a dashboard or a subscription of the alarm topic", () => {
    for (const stack of stacks)
      for (const type of [
        "aws_cloudwatch_metric_alarm",
        "aws_cloudwatch_composite_alarm",
        "aws_cloudwatch_dashboard",
      ])
        expect([...stack.all(type).keys()]).toEqual([]);
    expect(stacks[0]?.all("aws_sns_topic_subscription").has("Observability/Mail")).toBe(false);
  });

  it("nothing is traced, and no role may send traces", () => {
    expect(JSON.stringify(stacks.map(({ file }) => file))).not.toMatch(/xray:|"Active"/);
    const machine = synthesisedWorkflow(deployment).one("aws_sfn_state_machine", "StateMachine/Machine");
    expect(machine.tracing_configuration).toEqual({ enabled: false });
  });
});

it("says that an existing bucket gets no CORS rule for the pages that may upload", () => {
  const uploads = { existingBucket: "team-uploads", allowedOrigins: ["https://app.example.com"] };
  expect(notesOf({ uploads })).toContain(
    "Adds no CORS rule to the bucket team-uploads for https://app.example.com: add it yourself, as docs/security.md says.",
  );
  expect(notesOf({ uploads: { ...uploads, existingBucket: null } }).join()).not.toContain("CORS");
});

it("says that an existing bucket loses its own notifications, and nothing about a new bucket", () => {
  const replaced =
    /^Replaces every notification of the bucket team-uploads, EventBridge's included \(uploads.trigger: "eventbridge" replaces none\): aws s3api /;
  expect(notesOf({ uploads: { existingBucket: "team-uploads" } })).toContainEqual(
    expect.stringMatching(replaced),
  );
  expect(notesOf({}).filter((note) => note.startsWith("Replaces"))).toEqual([]);
});

it.each([
  [[], 1],
  [["role/teams/images/operator"], 0],
])("says that nobody can process images again with the operators %j: %d times", (operators, times) => {
  const notes = notesOf({ iam: { operators } }).filter((note) => note.startsWith("Has no operators"));
  expect(notes).toHaveLength(times);
});
