import type { PolicyStatement } from "@image-pipeline/schema/config";

type OneOrMore = string | readonly string[];

/** A statement of an IAM or resource policy, as AWS documents it. */
export interface Statement {
  Sid: string;
  Effect: "Allow" | "Deny";
  Principal?: "*" | { Service: OneOrMore } | { AWS: OneOrMore };
  Action: OneOrMore;
  Resource: OneOrMore;
  Condition?: Record<string, Record<string, OneOrMore>>;
}

/** Returns the policy as JSON text. */
export function policyDocument(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** Denies every call without TLS (Security Hub S3.5, SQS.3). */
export function denyInsecureTransport(action: string, resources: readonly string[]): Statement {
  return {
    Sid: "DenyInsecureTransport",
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: resources,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/** Returns the config's additional statements for a resource. */
export function additional(statements: readonly PolicyStatement[], Resource: OneOrMore): Statement[] {
  return statements.map(({ Condition, ...statement }) => ({
    ...statement,
    Resource,
    ...(Condition && { Condition }),
  }));
}
