import type { ServerResponse } from "node:http";
import { toXml } from "../net/xml.ts";

/** An error of S3 (docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html). */
export interface S3Fault {
  status: number;
  code: string;
  message: string;
}

export const faults = {
  preconditionFailed: {
    status: 412,
    code: "PreconditionFailed",
    message: "At least one of the pre-conditions you specified did not hold",
  },
  noSuchBucket: { status: 404, code: "NoSuchBucket", message: "The specified bucket does not exist" },
  noSuchKey: { status: 404, code: "NoSuchKey", message: "The specified key does not exist." },
  noSuchVersion: { status: 404, code: "NoSuchVersion", message: "The specified version does not exist." },
  notImplemented: {
    status: 501,
    code: "NotImplemented",
    message: "A header or subresource you provided implies functionality that is not implemented here",
  },
  methodNotAllowed: {
    status: 405,
    code: "MethodNotAllowed",
    message: "The specified method is not allowed against this resource.",
  },
  malformedForm: {
    status: 400,
    code: "MalformedPOSTRequest",
    message: "The body is not well-formed multipart/form-data with a key.",
  },
  malformedXml: {
    status: 400,
    code: "MalformedXML",
    message: "The XML you provided was not well-formed or did not validate against our published schema",
  },
  tooLarge: {
    status: 400,
    code: "EntityTooLarge",
    message: "Your proposed upload exceeds the maximum allowed size",
  },
  tooSmall: {
    status: 400,
    code: "EntityTooSmall",
    message: "Your proposed upload is smaller than the minimum allowed size",
  },
  unavailable: { status: 503, code: "ServiceUnavailable", message: "Please reduce your request rate." },
  invalidPolicy: {
    status: 400,
    code: "InvalidPolicyDocument",
    message: "The content of the form does not meet the conditions specified in the policy document.",
  },
  policyExpired: {
    status: 403,
    code: "AccessDenied",
    message: "Invalid according to Policy: Policy expired.",
  },
  requestExpired: { status: 403, code: "AccessDenied", message: "Request has expired" },
  notYetValid: { status: 403, code: "AccessDenied", message: "Request is not valid yet" },
  invalidSignatureQuery: {
    status: 400,
    code: "AuthorizationQueryParametersError",
    message:
      "A presigned URL needs X-Amz-Algorithm AWS4-HMAC-SHA256 and valid X-Amz-Credential, X-Amz-Date, X-Amz-Expires (at most 604800), X-Amz-SignedHeaders and X-Amz-Signature",
  },
  unknownAccessKey: {
    status: 403,
    code: "InvalidAccessKeyId",
    message:
      "The AWS Access Key Id you provided does not exist in our records. Presign with the local runtime's access key test and secret test",
  },
  signatureDoesNotMatch: {
    status: 403,
    code: "SignatureDoesNotMatch",
    message:
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
  },
} as const satisfies Record<string, S3Fault>;

/** Answers with an error. The rest of the request is read and dropped, so the connection stays usable. */
export function refuse(response: ServerResponse, { status, code, message }: S3Fault): void {
  response.req.resume();
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { "content-type": "application/xml" });
  response.end(
    response.req.method === "HEAD" ? undefined : toXml({ Error: { Code: code, Message: message } }),
  );
}
