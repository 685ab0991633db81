import { CodedeployApp } from "@cdktf/provider-aws/lib/codedeploy-app/index.js";
import { CodedeployDeploymentGroup } from "@cdktf/provider-aws/lib/codedeploy-deployment-group/index.js";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role/index.js";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy/index.js";
import type { LambdaAlias } from "@cdktf/provider-aws/lib/lambda-alias/index.js";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function/index.js";
import { LIVE_ALIAS } from "@image-pipeline/schema/names";
import { DataResource } from "cdktf";
import { Construct } from "constructs";
import type { StackContext } from "../deployment.ts";
import { policyDocument, type Statement } from "../policies/policy-document.ts";
import { trustFor } from "../policies/workflow-policy.ts";

export interface CanaryProps {
  functionName: string;
  lambda: LambdaFunction;
  alias: LambdaAlias;
  minutes: number;
  /** Names of the alarms that end a deployment and move the alias back. */
  alarms: readonly string[];
}

/**
 * AWS CodeDeploy between a function's versions: each `apply` that published a version starts a deployment and waits for its
 * end. CloudFormation has an update policy for this; Terraform has none, so a provisioner calls the AWS CLI, as
 * terraform-aws-modules/lambda does. `apply` fails if CodeDeploy moves the alias back, and the next one tries again.
 */
export class Canary extends Construct {
  constructor(scope: Construct, id: string, context: StackContext, props: CanaryProps) {
    super(scope, id);
    const { pipeline } = context;
    const { functionName, lambda, alias } = props;
    const app = new CodedeployApp(this, "Application", { name: functionName, computePlatform: "Lambda" });
    const group = this.createGroup(context, props, app);
    new DataResource(this, "Deployment", {
      triggersReplace: { version: lambda.version },
      provisioners: [
        {
          type: "local-exec",
          command: DEPLOY,
          interpreter: ["/bin/sh", "-c"],
          environment: {
            APPLICATION: app.name,
            GROUP: group.deploymentGroupName,
            REGION: pipeline.region,
            CURRENT: alias.functionVersion,
            TARGET: lambda.version,
            REVISION: toRevision(props),
          },
        },
      ],
    });
  }

  private createGroup(
    { names, pipeline, accountId }: StackContext,
    { functionName, lambda, minutes, alarms }: CanaryProps,
    app: CodedeployApp,
  ) {
    const at = `arn:${names.partition}:codedeploy:${pipeline.region}:${accountId}`;
    const role = new IamRole(this, "Role", {
      name: `${functionName}-deploy`,
      // docs.aws.amazon.com/codedeploy/latest/userguide/security_confused_deputy.html
      assumeRolePolicy: trustFor(
        "codedeploy",
        `${at}:deploymentgroup:${functionName}/${LIVE_ALIAS}`,
        accountId,
      ),
    });
    const policy = new IamRolePolicy(this, "RolePolicy", {
      name: `${functionName}-deploy`,
      role: role.name,
      policy: policyDocument(permissions(lambda.arn)),
    });
    return new CodedeployDeploymentGroup(this, "Group", {
      appName: app.name,
      deploymentGroupName: LIVE_ALIAS,
      serviceRoleArn: role.arn,
      deploymentConfigName: `CodeDeployDefault.LambdaCanary10Percent${minutes}Minutes`,
      deploymentStyle: { deploymentOption: "WITH_TRAFFIC_CONTROL", deploymentType: "BLUE_GREEN" },
      alarmConfiguration: { enabled: true, alarms: [...alarms] },
      autoRollbackConfiguration: {
        enabled: true,
        events: ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"],
      },
      dependsOn: [policy],
    });
  }
}

/** The first deployment creates the alias with the only version there is, so there is nothing to move. */
const DEPLOY = `set -e
if [ "$CURRENT" = "$TARGET" ]; then exit 0; fi
deployment=$(aws deploy create-deployment --region "$REGION" --application-name "$APPLICATION" \\
  --deployment-group-name "$GROUP" --revision "$REVISION" --query deploymentId --output text)
echo "$APPLICATION: CodeDeploy moves the alias from version $CURRENT to $TARGET in $deployment"
aws deploy wait deployment-successful --region "$REGION" --deployment-id "$deployment" || {
  echo "$APPLICATION: not deployed, version $CURRENT stays. Reason: aws deploy get-deployment --deployment-id $deployment" >&2
  exit 1
}`;

/** Returns the revision of a deployment (docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html). */
function toRevision({ functionName, alias, lambda }: CanaryProps): string {
  const content = {
    version: 0.0,
    Resources: [
      {
        Live: {
          Type: "AWS::Lambda::Function",
          Properties: {
            Name: functionName,
            Alias: alias.name,
            CurrentVersion: alias.functionVersion,
            TargetVersion: lambda.version,
          },
        },
      },
    ],
  };
  return JSON.stringify({
    revisionType: "AppSpecContent",
    appSpecContent: { content: JSON.stringify(content) },
  });
}

/** Allows to move this function's alias and to read alarms (AWSCodeDeployRoleForLambdaLimited, for one function without hooks). */
function permissions(functionArn: string): Statement[] {
  return [
    {
      Sid: "MoveAlias",
      Effect: "Allow",
      Action: ["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"],
      Resource: [functionArn, `${functionArn}:*`],
    },
    { Sid: "ReadAlarms", Effect: "Allow", Action: "cloudwatch:DescribeAlarms", Resource: "*" },
  ];
}
