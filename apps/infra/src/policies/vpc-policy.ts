import type { StackContext } from "../deployment.ts";
import type { Statement } from "./policy-document.ts";

const DESCRIBE = ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"];
const CHANGE = [
  "ec2:AssignPrivateIpAddresses",
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:UnassignPrivateIpAddresses",
];

/**
 * Allows Lambda to attach a function to the config's VPC with the function's role, and denies the function's own code the
 * same (docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html). AWS requires `*` to describe, and every id to delete.
 */
export function attachToVpc(
  { pipeline, names, accountId }: Pick<StackContext, "pipeline" | "names" | "accountId">,
  functionName: string,
): Statement[] {
  if (pipeline.vpc === null) return [];
  const resources = `arn:${names.partition}:ec2:${pipeline.region}:${accountId}:*/*`;
  return [
    { Sid: "FindNetwork", Effect: "Allow", Action: DESCRIBE, Resource: "*" },
    { Sid: "KeepNetworkInterfaces", Effect: "Allow", Action: CHANGE, Resource: resources },
    {
      Sid: "DenyNetworkToCode",
      Effect: "Deny",
      Action: [...CHANGE, ...DESCRIBE],
      Resource: "*",
      Condition: {
        ArnEquals: { "lambda:SourceFunctionArn": names.functionArn(functionName, accountId) },
      },
    },
  ];
}
