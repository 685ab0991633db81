import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { workflowPatterns } from "@image-pipeline/schema/workflow";
import validate from "asl-validator";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { checkInvariants } from "../../src/rules/invariants.ts";
import { synthesise } from "../../src/synthesise.ts";
import { aDeployment, synthesised, synthesisedWorkflow, temporaryFolder } from "../deployments.ts";
import { type Statement, statementsOf } from "../policies.ts";

const account = "$" + "{data.aws_caller_identity.Account.account_id}";
const enabled = { workflow: { enabled: true, minBytes: 1000, prefix: "review/" } };
const deployment = aDeployment({ ...enabled, uploads: { prefix: "in/" } });
const { core } = synthesised(deployment);
const workflow = synthesisedWorkflow(deployment);
const json = (text: unknown) => z.json().parse(JSON.parse(String(text)));

const machine = workflow.one("aws_sfn_state_machine", "StateMachine/Machine");
const pipe = workflow.one("aws_pipes_pipe", "Pipe/Pipe");
const machineArn = workflow.reference("aws_sfn_state_machine", "StateMachine/Machine", "arn");
const queue = "image-pipeline-dev-workflow";

describe("the workflow stack", () => {
  it("exists if the workflow is enabled, and is deployed between the core and the notifications", () => {
    const outdir = temporaryFolder();
    synthesise(deployment, outdir);
    const { stacks } = JSON.parse(readFileSync(join(outdir, "manifest.json"), "utf8"));
    expect(stacks["image-pipeline-workflow"].dependencies).toEqual(["image-pipeline-core"]);
    expect(stacks["image-pipeline-notifications"].dependencies).toContain("image-pipeline-workflow");
    synthesise(aDeployment(), outdir);
    expect(existsSync(join(outdir, "stacks/image-pipeline-workflow"))).toBe(false);
  });

  it("receives every upload in a queue of the core, and excludes the workflow's uploads from the renditions", () => {
    const subscription = core.one("aws_sns_topic_subscription", "Workflow/Subscription");
    expect(json(subscription.filter_policy)).toEqual({ type: ["image.uploaded"] });
    for (const [subscriber, lane] of [
      ["Renditions", "live"],
      ["Backfill", "backfill"],
    ]) {
      const { filter_policy } = core.one("aws_sns_topic_subscription", `${subscriber}/Subscription`);
      expect(json(filter_policy)).toEqual({
        type: ["image.uploaded", "image.deleted"],
        lane: [lane],
        sizeBytes: [{ exists: false }, { numeric: ["<", 1000] }, { numeric: [">=", 1_000_000_000] }],
        key: [{ exists: false }, { "anything-but": { prefix: "review/" } }],
      });
    }
    expect(core.one("aws_sqs_queue", "Workflow/Queue")).toMatchObject({ name: queue });
    expect(Object.keys(core.file.output ?? {})).toEqual(
      expect.arrayContaining(["workflow_queue_url", "workflow_dlq_url"]),
    );
  });

  it("leaves the core unchanged if the workflow is disabled", () => {
    const { core: off } = synthesised(aDeployment());
    expect(json(off.one("aws_sns_topic_subscription", "Renditions/Subscription").filter_policy)).toEqual({
      type: ["image.uploaded", "image.deleted"],
      lane: ["live"],
    });
    expect([...off.all("aws_sqs_queue").keys()].filter((path) => path.startsWith("Workflow"))).toEqual([]);
  });
});

describe("the pipe", () => {
  it("starts an execution only for the workflow's messages", () => {
    expect(pipe).toMatchObject({
      source: `arn:aws:sqs:us-east-1:${account}:${queue}`,
      target: machineArn,
      source_parameters: { sqs_queue_parameters: { batch_size: 1 } },
      target_parameters: { step_function_state_machine_parameters: { invocation_type: "FIRE_AND_FORGET" } },
    });
    const Filters = z.object({
      filter_criteria: z.object({ filter: z.array(z.object({ pattern: z.string() })) }),
    });
    const { filter } = Filters.parse(pipe.source_parameters).filter_criteria;
    expect(filter.map(({ pattern }) => json(pattern))).toEqual(
      workflowPatterns({ enabled: true, minBytes: 1000, prefix: "review/" }),
    );
  });

  it("may only consume its queue and start its state machine", () => {
    expect(grants("Pipe/RolePolicy")).toEqual([
      "kms:Decrypt key/*",
      "kms:GenerateDataKey key/*",
      `sqs:DeleteMessage ${queue}`,
      `sqs:GetQueueAttributes ${queue}`,
      `sqs:ReceiveMessage ${queue}`,
      `states:StartExecution ${machineArn}`,
    ]);
  });
});

describe("the state machine", () => {
  it("is the image workflow with this stack's functions and the workflow's DLQ", () => {
    const text = String(machine.definition);
    for (const step of ["Inspect", "Render", "Publish"])
      expect(text).toContain(workflow.reference("aws_lambda_alias", `${step}/Live`, "arn"));
    expect(text).toContain(`https://sqs.us-east-1.amazonaws.com/${account}/${queue}-dlq`);
    const deployed = text.replace(/\$\{[^}]+\.arn\}/g, "arn:aws:lambda:us-east-1:111122223333:function:f");
    expect(validate(JSON.parse(deployed)).errors).toEqual([]);
    expect(machine).toMatchObject({
      name: queue,
      type: "STANDARD",
      tracing_configuration: { enabled: true },
    });
  });

  it("may only invoke its steps, send failed events to the DLQ, log, trace and use its key", () => {
    const steps = ["Inspect", "Render", "Publish"].flatMap((step) => [
      workflow.reference("aws_lambda_function", `${step}/Function`, "arn"),
      workflow.reference("aws_lambda_alias", `${step}/Live`, "arn"),
    ]);
    expect(grants("StateMachine/RolePolicy").filter((grant) => !/^(logs|xray|kms):/.test(grant))).toEqual(
      [...steps.map((arn) => `lambda:InvokeFunction ${arn}`), `sqs:SendMessage ${queue}-dlq`].sort(),
    );
  });

  it.each([
    [
      "StateMachine/Role",
      "states.amazonaws.com",
      `arn:aws:states:us-east-1:${account}:stateMachine:${queue}`,
    ],
    ["Pipe/Role", "pipes.amazonaws.com", `arn:aws:pipes:us-east-1:${account}:pipe/${queue}`],
  ])("%s cannot be assumed for another resource or account (confused deputy)", (path, Service, arn) => {
    const { assume_role_policy } = workflow.one("aws_iam_role", path);
    expect(json(assume_role_policy)).toMatchObject({
      Statement: [
        {
          Principal: { Service },
          Condition: { StringEquals: { "aws:SourceAccount": account }, ArnEquals: { "aws:SourceArn": arn } },
        },
      ],
    });
  });
});

describe("the functions of the steps", () => {
  it.each(["Inspect", "Render", "Publish"])("%s runs its own export of the worker's zip", (step) => {
    const lambda = workflow.one("aws_lambda_function", `${step}/Function`);
    expect(lambda).toMatchObject({
      handler: `index.${step.toLowerCase()}`,
      source_code_hash: deployment.zips.worker.sha256,
      environment: { variables: { PROCESSED_BUCKET: `image-pipeline-dev-processed-${account}` } },
    });
  });

  const processed = `image-pipeline-dev-processed-${account}`;
  it.each([
    [
      "Inspect",
      [
        `s3:GetObject ${processed}/manifests/*`,
        `s3:GetObject ${processed}/secrets/renditions`,
        `s3:ListBucket ${processed}`,
        `s3:PutObject ${processed}/secrets/renditions`,
      ],
    ],
    [
      "Render",
      [
        `s3:GetObject ${processed}/secrets/renditions`,
        `s3:GetObject image-pipeline-dev-uploads-${account}/in/*`,
        `s3:GetObjectVersion image-pipeline-dev-uploads-${account}/in/*`,
        `s3:ListBucket image-pipeline-dev-uploads-${account}`,
        `s3:PutObject ${processed}/renditions/*`,
      ],
    ],
    [
      "Publish",
      [
        `s3:DeleteObject ${processed}/renditions/*`,
        `s3:GetObject ${processed}/manifests/*`,
        `s3:GetObject ${processed}/renditions/*`,
        `s3:GetObjectTagging ${processed}/renditions/*`,
        `s3:ListBucket ${processed}`,
        `s3:PutObject ${processed}/manifests/*`,
        `s3:PutObject ${processed}/renditions/*`,
        `s3:PutObjectTagging ${processed}/renditions/*`,
        "sns:Publish image-pipeline-dev-image-results",
      ],
    ],
  ])("%s has only the permissions of its step", (step, expected) => {
    const own = grants(`${step}/RolePolicy`).filter((grant) => !/^(logs|xray|kms):/.test(grant));
    expect(own).toEqual(expected);
  });

  it("use the core's key by its alias, and only through S3 and SNS", () => {
    const statement = statementsOf(workflow.one("aws_iam_role_policy", "Publish/RolePolicy").policy).find(
      ({ Sid }) => Sid === "UseCoreKeyThroughServices",
    );
    expect(statement?.Condition).toEqual({
      StringEquals: { "kms:ViaService": ["s3.us-east-1.amazonaws.com", "sns.us-east-1.amazonaws.com"] },
      "ForAnyValue:StringEquals": { "kms:ResourceAliases": ["alias/image-pipeline-dev"] },
    });
  });
});

describe("with analysis enabled", () => {
  const moderated = aDeployment({ ...enabled, analysis: { enabled: true } });
  const stack = synthesisedWorkflow(moderated);
  const definition = String(stack.one("aws_sfn_state_machine", "StateMachine/Machine").definition);

  it("analyses in parallel with rendering, and quarantines before it publishes", () => {
    for (const step of ["Analyse", "Quarantine"]) {
      expect(definition).toContain(stack.reference("aws_lambda_alias", `${step}/Live`, "arn"));
      expect(stack.one("aws_lambda_function", `${step}/Function`)).toMatchObject({
        handler: `index.${step.toLowerCase()}`,
        source_code_hash: moderated.zips.analyzer.sha256,
      });
    }
    expect(String(machine.definition)).not.toContain("Analyse");
  });

  it("allows the quarantine step only to change tags, and the analyse step no failure records", () => {
    const actionsOf = (step: string) =>
      statementsOf(stack.one("aws_iam_role_policy", `${step}/RolePolicy`).policy).map(({ Sid }) => Sid);
    expect(actionsOf("Quarantine")).toEqual([
      "TagRenditions",
      "ListOwnPrefixes",
      "UseCoreKeyThroughServices",
      "WriteOwnLog",
      "SendTraces",
    ]);
    expect(actionsOf("Analyse")).toEqual(expect.arrayContaining(["KeepAnalyses", "RecogniseContent"]));
    expect(actionsOf("Analyse")).not.toContain("KeepFailures");
  });

  it("excludes its uploads from the analysis queue, and exempts its steps from the quarantine", () => {
    const { core: own } = synthesised(moderated);
    const { filter_policy } = own.one("aws_sns_topic_subscription", "Analysis/Subscription");
    expect(json(filter_policy)).toMatchObject({
      key: [{ exists: false }, { "anything-but": { prefix: "review/" } }],
    });
    const { policy } = own.one("aws_s3_bucket_policy", "Processed/Policy");
    const denial = statementsOf(policy).find(({ Sid }) => Sid === "DenyQuarantined");
    expect(denial?.Condition?.ArnNotEquals?.["aws:PrincipalArn"]).toEqual(
      expect.arrayContaining(
        ["publish", "analyse", "quarantine"].map(
          (step) => `arn:aws:iam::${account}:role/image-pipeline-dev-workflow-${step}`,
        ),
      ),
    );
  });
});

it("notifies the core's alarm topic of failed, timed-out, stopped and throttled executions, of its queue's age and of its DLQ", () => {
  const topic = `arn:aws:sns:us-east-1:${account}:image-pipeline-dev-alarms`;
  const alarms = [...workflow.all("aws_cloudwatch_metric_alarm").values()];
  for (const one of alarms) expect(one).toMatchObject({ alarm_actions: [topic] });
  expect(alarms.map(({ metric_name }) => metric_name)).toEqual(
    expect.arrayContaining([
      "ExecutionsFailed",
      "ExecutionsTimedOut",
      "ExecutionsAborted",
      "ExecutionThrottled",
    ]),
  );
  const names = [...core.all("aws_cloudwatch_metric_alarm").values()].map(({ alarm_name }) => alarm_name);
  expect(names).toEqual(expect.arrayContaining([`${queue}-age`, `${queue}-dead-letters-waiting`]));
  const { dashboard_body } = workflow.one("aws_cloudwatch_dashboard", "Observability/Dashboard");
  expect(String(dashboard_body).match(/"title"/g)).toHaveLength(alarms.length);
});

it("has a composite alarm over its severe alarms, created after them", () => {
  const composite = workflow.one("aws_cloudwatch_composite_alarm", "Observability/Unhealthy");
  const names = ["executions-failed", "executions-timedout", "executions-aborted"];
  expect(composite).toMatchObject({
    alarm_name: "image-pipeline-dev-workflow-unhealthy",
    alarm_rule: names.map((name) => `ALARM("image-pipeline-dev-workflow-${name}")`).join(" OR "),
  });
  const alarms = Object.keys(workflow.file.resource.aws_cloudwatch_metric_alarm ?? {});
  expect(new Set(z.array(z.string()).parse(composite.depends_on))).toEqual(
    new Set(alarms.map((id) => `aws_cloudwatch_metric_alarm.${id}`)),
  );
});

it("creates no key if encryption uses AWS's own keys", () => {
  const plain = synthesisedWorkflow(aDeployment({ ...enabled, encryption: "sse-s3", retiredKey: false }));
  expect(plain.all("aws_kms_key").size).toBe(0);
  expect(JSON.stringify(plain.file)).not.toContain("kms:");
  expect(plain.one("aws_sfn_state_machine", "StateMachine/Machine").encryption_configuration).toBeUndefined();
});

it.each([
  [{ memoryMegabytes: 512 }, {}, "workflow.memoryMegabytes is 512; it must be at least"],
  [
    { timeoutSeconds: 20 },
    {},
    "limits.maxRenderSeconds is 20; it must be less than workflow.timeoutSeconds (20)",
  ],
  [
    {},
    { maxBytes: 1_000_000_000 },
    "limits.maxBytes is 1000000000; with workflow.enabled it must be less than 1000000000",
  ],
])("is refused with invalid settings: %j %j", (settings, limits, fault) => {
  const broken = aDeployment({ workflow: { enabled: true, ...settings }, limits });
  expect(() => checkInvariants(broken, [])).toThrow(fault);
});

/** Returns every action of a role with the name of its resource. */
function grants(policy: string): string[] {
  const statements: Statement[] = statementsOf(workflow.one("aws_iam_role_policy", policy).policy);
  return statements
    .flatMap(({ Action, Resource }) =>
      Action.flatMap((action) => Resource.map((at) => `${action} ${toName(at)}`)),
    )
    .sort();
}

function toName(resource: string): string {
  return resource.startsWith("$") ? resource : resource.replace(/^arn:.*:/, "");
}
