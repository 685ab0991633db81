import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { AssetType, TerraformAsset } from "cdktf";
import { Construct } from "constructs";
import type { HandlerZip } from "../handler-zips.ts";
import { policyDocument, type Statement } from "../policies/policy-document.ts";

export interface NodeFunctionProps {
  functionName: string;
  description: string;
  zip: HandlerZip;
  /** The module and its export, as Lambda names them; `index.handler` where it is left out. */
  handler?: string;
  architecture: "arm64" | "x86_64";
  memoryMegabytes: number;
  timeoutSeconds: number;
  /** Executions kept for this function and its bound at once; null takes from the account's pool. */
  reservedConcurrency: number | null;
  logRetentionDays: number;
  /** The customer key of its variables and its log; null for AWS's own. */
  keyArn: string | null;
  /** Where Lambda puts an asynchronous event that failed for good, beside any destination; null for a function without. */
  deadLetterQueueArn: string | null;
  environment: Record<string, string>;
  /** What the handler may do beyond writing its own log and traces. */
  permissions: readonly Statement[];
}

/** A function with a role of its own, a log group of its own, and X-Ray tracing. */
export class NodeFunction extends Construct {
  readonly function: LambdaFunction;
  /** What depends on the function's rights waits for this. */
  readonly rolePolicy: IamRolePolicy;

  constructor(scope: Construct, id: string, props: NodeFunctionProps) {
    super(scope, id);
    const logGroup = new CloudwatchLogGroup(this, "LogGroup", {
      name: `/aws/lambda/${props.functionName}`,
      retentionInDays: props.logRetentionDays,
      ...(props.keyArn === null ? {} : { kmsKeyId: props.keyArn }),
    });
    const role = new IamRole(this, "Role", { name: props.functionName, assumeRolePolicy: TRUST });
    this.rolePolicy = new IamRolePolicy(this, "RolePolicy", {
      name: props.functionName,
      role: role.name,
      policy: policyDocument([...props.permissions, writeLog(logGroup.arn), TRACE]),
    });
    this.function = this.createFunction(props, role, logGroup);
  }

  private createFunction(props: NodeFunctionProps, role: IamRole, logGroup: CloudwatchLogGroup) {
    const zip = new TerraformAsset(this, "Zip", { path: props.zip.path, type: AssetType.FILE });
    return new LambdaFunction(this, "Function", {
      functionName: props.functionName,
      description: props.description,
      role: role.arn,
      runtime: "nodejs22.x",
      handler: props.handler ?? "index.handler",
      architectures: [props.architecture],
      filename: zip.path,
      sourceCodeHash: props.zip.sha256,
      memorySize: props.memoryMegabytes,
      timeout: props.timeoutSeconds,
      ...(props.reservedConcurrency === null
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrency }),
      environment: { variables: props.environment },
      ...(props.keyArn === null ? {} : { kmsKeyArn: props.keyArn }),
      ...(props.deadLetterQueueArn === null
        ? {}
        : { deadLetterConfig: { targetArn: props.deadLetterQueueArn } }),
      // Text, as Lambda's JSON format filters lines by level and would drop metrics with the INFO lines.
      loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
      tracingConfig: { mode: "Active" },
      // Created after its rights, so that no first invocation runs without them.
      dependsOn: [this.rolePolicy],
    });
  }
}

/** Without a condition: Lambda is not documented to name a source account or ARN when it assumes a role. */
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

/** The group is made by the stack, so the function may not create one. */
function writeLog(logGroupArn: string): Statement {
  return {
    Sid: "WriteOwnLog",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `${logGroupArn}:*`,
  };
}

/** X-Ray has no resources to narrow these two to (AWS's service authorization reference). */
const TRACE: Statement = {
  Sid: "SendTraces",
  Effect: "Allow",
  Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  Resource: "*",
};
