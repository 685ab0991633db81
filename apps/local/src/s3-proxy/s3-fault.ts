import type { ServerResponse } from "node:http";

/** An error as S3 words it (docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html). */
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
  noSuchKey: { status: 404, code: "NoSuchKey", message: "The specified key does not exist." },
  notImplemented: {
    status: 501,
    code: "NotImplemented",
    message: "A header or subresource you provided implies functionality that is not implemented here",
  },
  malformed: {
    status: 400,
    code: "MalformedPOSTRequest",
    message: "The body is not well-formed multipart/form-data with a key.",
  },
  tooLarge: {
    status: 400,
    code: "EntityTooLarge",
    message: "Your proposed upload exceeds the maximum allowed size",
  },
  unavailable: { status: 503, code: "ServiceUnavailable", message: "Please reduce your request rate." },
} as const satisfies Record<string, S3Fault>;

/** Answers with a fault; what the client still sends is read and dropped, so that the connection lives on. */
export function refuse(response: ServerResponse, { status, code, message }: S3Fault): void {
  response.req.resume();
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.writeHead(status, { "content-type": "application/xml" });
  const text = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  response.end(response.req.method === "HEAD" ? undefined : text);
}
