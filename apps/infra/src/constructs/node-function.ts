import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { LambdaAlias } from "@cdktf/provider-aws/lib/lambda-alias/index.js";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { LIVE_ALIAS } from "@image-pipeline/schema/names";
import { AssetType, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import type { StackContext } from "../deployment.ts";
import type { HandlerZip } from "../handler-zips.ts";
import { policyDocument, type Statement } from "../policies/policy-document.ts";
import { attachToVpc } from "../policies/vpc-policy.ts";
import { runtime } from "../toolchain.ts";
import { functionWatches } from "../watches/function-watches.ts";
import type { Watch } from "../watches/watch.ts";
import { Canary } from "./canary.ts";

/** Size and limits of a function. A section of the config such as `ingest` is one. */
export interface FunctionSettings {
  memoryMegabytes: number;
  timeoutSeconds: number;
  /** Reserved executions, which are also the maximum; null uses the account's unreserved pool. */
  reservedConcurrency: number | null;
}

export interface NodeFunctionProps {
  functionName: string;
  description: string;
  zip: HandlerZip;
  /** Module and export (default: `index.handler`). */
  handler?: string;
  settings: FunctionSettings;
  /** The DLQ for asynchronous events that failed permanently, beside any destination (default: none). */
  deadLetterQueueArn?: string;
  environment: Record<string, string>;
  /** Permissions of the handler; its log and its traces are always allowed. */
  permissions: readonly Statement[];
  /**
   * Names of the alarms, without the environment's prefix, that move the alias back during a canary. Without one a new version
   * gets all invocations at once, whatever the config says.
   */
  rollbackAlarms?: readonly string[];
}

/**
 * A function with its own role, its own log group, and X-Ray tracing unless the config disables it. Each deployment publishes
 * a version, which has code and configuration together, and moves the alias to it: whatever invokes the function uses the
 * alias, so no invocation gets new code with old variables.
 */
export class NodeFunction extends Construct {
  readonly function: LambdaFunction;
  readonly live: LambdaAlias;
  /** Resources that need the function's permissions depend on it. */
  readonly rolePolicy: IamRolePolicy;
  private readonly props: NodeFunctionProps;

  constructor(scope: Construct, id: string, context: StackContext, props: NodeFunctionProps) {
    super(scope, id);
    this.props = props;
    const logGroup = new CloudwatchLogGroup(this, "LogGroup", {
      name: `/aws/lambda/${props.functionName}`,
      retentionInDays: context.pipeline.logRetentionDays,
      ...(context.keyArn === null ? {} : { kmsKeyId: context.keyArn }),
    });
    const role = new IamRole(this, "Role", { name: props.functionName, assumeRolePolicy: TRUST });
    this.rolePolicy = new IamRolePolicy(this, "RolePolicy", {
      name: props.functionName,
      role: role.name,
      policy: policyDocument([
        ...props.permissions,
        writeLog(logGroup.arn),
        ...(context.pipeline.xray ? [TRACE] : []),
        ...attachToVpc(context, props.functionName),
      ]),
    });
    this.function = this.createFunction(context, { role, logGroup });
    this.live = this.createAlias(context);
  }

  /** Returns the watches of its errors, throttles and duration; alarms use `name`. */
  watches(name: string): Watch[] {
    const { functionName, settings } = this.props;
    return functionWatches({ name, functionName, timeoutSeconds: settings.timeoutSeconds });
  }

  private createAlias(context: StackContext): LambdaAlias {
    const { functionName, rollbackAlarms = [] } = this.props;
    const { canaryMinutes } = context.pipeline.deployments;
    const minutes = rollbackAlarms.length > 0 ? canaryMinutes : null;
    const alias = new LambdaAlias(this, "Live", {
      name: LIVE_ALIAS,
      description: "The version that is invoked",
      functionName: this.function.functionName,
      functionVersion: this.function.version,
      // CodeDeploy moves the alias, and Terraform must not move it before.
      ...(minutes !== null && { lifecycle: { ignoreChanges: ["function_version", "routing_config"] } }),
    });
    const alarms = rollbackAlarms.map((name) => `${context.names.prefix}-${name}`);
    if (minutes !== null)
      new Canary(this, "Canary", context, { functionName, lambda: this.function, alias, minutes, alarms });
    return alias;
  }

  private createFunction(
    { pipeline, keyArn }: StackContext,
    { role, logGroup }: { role: IamRole; logGroup: CloudwatchLogGroup },
  ): LambdaFunction {
    const { settings, deadLetterQueueArn, ...props } = this.props;
    const zip = new TerraformAsset(this, "Zip", { path: props.zip.path, type: AssetType.FILE });
    return new LambdaFunction(this, "Function", {
      functionName: props.functionName,
      description: props.description,
      role: role.arn,
      runtime,
      handler: props.handler ?? "index.handler",
      architectures: [pipeline.architecture],
      filename: zip.path,
      sourceCodeHash: props.zip.sha256,
      memorySize: settings.memoryMegabytes,
      timeout: settings.timeoutSeconds,
      publish: true,
      ...(pipeline.vpc !== null && { vpcConfig: pipeline.vpc }),
      ...(settings.reservedConcurrency !== null && {
        reservedConcurrentExecutions: settings.reservedConcurrency,
      }),
      // Powertools reads the log level itself, so it is not part of the handler's environment schema.
      environment: { variables: { ...props.environment, POWERTOOLS_LOG_LEVEL: pipeline.logLevel } },
      ...(keyArn !== null && { kmsKeyArn: keyArn }),
      ...(deadLetterQueueArn !== undefined && { deadLetterConfig: { targetArn: deadLetterQueueArn } }),
      // Lambda's JSON format filters lines by level and would drop metrics with the INFO lines.
      loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
      tracingConfig: { mode: pipeline.xray ? "Active" : "PassThrough" },
      // The first invocation already needs the permissions.
      dependsOn: [this.rolePolicy],
    });
  }
}

/** Trust policy without a condition: AWS does not document a source account or ARN when Lambda assumes a role. */
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

/** Allows writing to the log group, not creating it: the stack creates it. */
function writeLog(logGroupArn: string): Statement {
  return {
    Sid: "WriteOwnLog",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `${logGroupArn}:*`,
  };
}

/** X-Ray supports no resources for these two actions (AWS's service authorization reference). */
const TRACE: Statement = {
  Sid: "SendTraces",
  Effect: "Allow",
  Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  Resource: "*",
};
