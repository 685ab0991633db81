import type { Pipeline, PolicyStatement } from "@image-pipeline/schema/config";
import type { Names } from "../names.ts";
import type { Statement } from "./policy-document.ts";

export interface Senders {
  names: Pick<Names, "partition">;
  pipeline: Pick<Pipeline, "iam">;
  accountId: string;
  /** The names of the roles that send. */
  roles: readonly string[];
  /** The operators of the config, or none. */
  operators: readonly string[];
  /** The config's additional statements: the principals that they allow are no strangers. */
  additional: readonly PolicyStatement[];
}

/**
 * Denies every other principal to send to a topic or queue, also those whose own policies allow it on every resource: a message
 * is a command to the functions. The operators of the config may send, for the commands that process images again. Services
 * of AWS are not denied, since statements of their own allow or refuse them.
 */
export function denyStrangers(action: string, resource: string, senders: Senders): Statement {
  const { names, pipeline, accountId, roles, operators, additional } = senders;
  const { path } = pipeline.iam;
  const toArn = (principal: string) => `arn:${names.partition}:iam::${accountId}:${principal}`;
  return {
    Sid: "DenyStrangers",
    Effect: "Deny",
    Principal: "*",
    Action: action,
    Resource: resource,
    Condition: {
      ArnNotLike: {
        "aws:PrincipalArn": [
          ...roles.map((role) => toArn(`role${path}${role}`)),
          ...operators.map(toArn),
          ...additional.flatMap(allowedPrincipals),
        ],
      },
      Bool: { "aws:PrincipalIsAWSService": "false" },
    },
  };
}

/** An account stands for all its principals. */
function allowedPrincipals({ Effect, Principal }: PolicyStatement): string[] {
  if (Effect !== "Allow") return [];
  if (Principal === "*") return ["*"];
  if (!("AWS" in Principal)) return [];
  return [Principal.AWS].flat().map((principal) => {
    const account = /^(?:arn:([\w-]+):iam::)?(\d{12})(?::root)?$/.exec(principal);
    return account ? `arn:${account[1] ?? "*"}:iam::${account[2]}:*` : principal;
  });
}
