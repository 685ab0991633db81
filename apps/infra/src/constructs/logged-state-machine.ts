import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { SfnStateMachine } from "@cdktf/provider-aws/lib/sfn-state-machine/index.js";
import { Construct } from "constructs";
import { policyDocument, type Statement } from "../policies/policy-document.ts";
import type { StateMachine } from "../workflow/states.ts";

/** Reuse time of a data key, which reduces the number and the price of KMS requests. */
const KEY_REUSE_SECONDS = 300;

export interface LoggedStateMachineProps {
  name: string;
  definition: StateMachine;
  /** The customer key for its definition, executions and log; null for AWS's own. */
  keyArn: string | null;
  logRetentionDays: number;
  /** True if X-Ray traces its executions. */
  isTraced: boolean;
  /** The trust policy of its role. */
  trust: string;
  permissions: readonly Statement[];
}

/** A STANDARD state machine with its own role, its own log group, and X-Ray tracing if asked for. */
export class LoggedStateMachine extends Construct {
  readonly machine: SfnStateMachine;

  constructor(scope: Construct, id: string, props: LoggedStateMachineProps) {
    super(scope, id);
    const { name, keyArn } = props;
    const log = new CloudwatchLogGroup(this, "LogGroup", {
      // With this prefix CloudWatch Logs' resource policy, which lists all deliveries, stays below its size limit.
      name: `/aws/vendedlogs/states/${name}`,
      retentionInDays: props.logRetentionDays,
      ...(keyArn === null ? {} : { kmsKeyId: keyArn }),
    });
    const role = new IamRole(this, "Role", { name: `${name}-machine`, assumeRolePolicy: props.trust });
    const rolePolicy = new IamRolePolicy(this, "RolePolicy", {
      name: `${name}-machine`,
      role: role.name,
      policy: policyDocument(props.permissions),
    });
    this.machine = new SfnStateMachine(this, "Machine", {
      name,
      type: "STANDARD",
      roleArn: role.arn,
      definition: JSON.stringify(props.definition),
      // The log leaves the data out: an execution's history has it for 90 days.
      loggingConfiguration: { level: "ALL", includeExecutionData: false, logDestination: `${log.arn}:*` },
      tracingConfiguration: { enabled: props.isTraced },
      ...(keyArn === null
        ? {}
        : {
            encryptionConfiguration: {
              type: "CUSTOMER_MANAGED_KMS_KEY",
              kmsKeyId: keyArn,
              kmsDataKeyReusePeriodSeconds: KEY_REUSE_SECONDS,
            },
          }),
      // Step Functions refuses a state machine whose role may not deliver its log.
      dependsOn: [rolePolicy],
    });
  }
}
