import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import { PipesPipe } from "@cdktf/provider-aws/lib/pipes-pipe/index.js";
import type { EventPattern } from "@image-pipeline/schema/aws";
import { Construct } from "constructs";
import { policyDocument, type Statement } from "../policies/policy-document.ts";

export interface QueuePipeProps {
  name: string;
  description: string;
  queueArn: string;
  machineArn: string;
  /** A message that matches one of them starts an execution; the pipe deletes any other. */
  patterns: readonly EventPattern[];
  /** The trust policy of its role. */
  trust: string;
  permissions: readonly Statement[];
}

/** An EventBridge pipe that starts an execution of a state machine for each message of a queue. */
export class QueuePipe extends Construct {
  constructor(scope: Construct, id: string, props: QueuePipeProps) {
    super(scope, id);
    const name = `${props.name}-pipe`;
    const role = new IamRole(this, "Role", { name, assumeRolePolicy: props.trust });
    const rolePolicy = new IamRolePolicy(this, "RolePolicy", {
      name,
      role: role.name,
      policy: policyDocument(props.permissions),
    });
    new PipesPipe(this, "Pipe", {
      name: props.name,
      description: props.description,
      roleArn: role.arn,
      source: props.queueArn,
      target: props.machineArn,
      sourceParameters: {
        sqsQueueParameters: { batchSize: 1 },
        filterCriteria: { filter: props.patterns.map((pattern) => ({ pattern: JSON.stringify(pattern) })) },
      },
      // A STANDARD state machine accepts no other type.
      targetParameters: { stepFunctionStateMachineParameters: { invocationType: "FIRE_AND_FORGET" } },
      // A pipe whose role may not receive yet fails permanently.
      dependsOn: [rolePolicy],
    });
  }
}
