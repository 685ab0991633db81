import type { AccessRequest } from "../iam/evaluate.ts";
import type { Operation } from "../iam/operation.ts";

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}

const XML = new Set(["cloudfront", "cloudwatch", "iam", "route53", "sns", "sts"]);

/** Returns the answer of a service to a call that the policy of `role` does not allow. */
export function toRefusal({ service }: Operation, role: string, { action, resource }: AccessRequest): Answer {
  const message = `User: arn:aws:sts::123456789012:assumed-role/${role}/deployment is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
  if (service === "s3")
    return xml(
      `<Error><Code>AccessDenied</Code><Message>${message}</Message><RequestId>refused</RequestId></Error>`,
    );
  if (XML.has(service)) return xml(queryError(service, message));
  const code =
    action.startsWith("kms:") && service !== "kms" ? "KMSAccessDeniedException" : "AccessDeniedException";
  return {
    status: service === "lambda" || service === "pipes" ? 403 : 400,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code },
    body: JSON.stringify({ __type: code, Message: message, message }),
  };
}

function queryError(service: string, message: string): string {
  const code = service === "sns" ? "AuthorizationError" : "AccessDenied";
  return `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>refused</RequestId></ErrorResponse>`;
}

function xml(body: string): Answer {
  return { status: 403, headers: { "content-type": "text/xml" }, body };
}
