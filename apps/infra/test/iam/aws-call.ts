import type { IncomingHttpHeaders } from "node:http";
import type { AccessRequest } from "./evaluate.ts";

/** An HTTP request to an AWS endpoint. */
export interface HttpCall {
  method: string;
  /** Path and query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

const S3_OBJECT: Readonly<Record<string, string>> = {
  GET: "s3:GetObject",
  HEAD: "s3:GetObject",
  PUT: "s3:PutObject",
  DELETE: "s3:DeleteObject",
};

/** Returns the permissions that a call needs (AWS's service authorization reference); none for an unknown call. */
export function toAccessRequests(call: HttpCall): AccessRequest[] {
  const service = /\/(cloudfront|s3|sqs|sns)\/aws4_request/.exec(call.headers.authorization ?? "")?.[1];
  if (service === "s3") return s3Requests(call);
  if (service === "sqs") return sqsRequests(call);
  if (service === "cloudfront") return cloudFrontRequests(call);
  return service === "sns" ? snsRequests(call) : [];
}

function cloudFrontRequests({ method, path }: HttpCall): AccessRequest[] {
  const [, id] = /^\/2020-05-31\/distribution\/([^/]+)\/invalidation$/.exec(path) ?? [];
  if (method !== "POST" || id === undefined) return [];
  return [
    {
      action: "cloudfront:CreateInvalidation",
      resource: `arn:aws:cloudfront::123456789012:distribution/${id}`,
    },
  ];
}

function s3Requests({ method, path, headers, body }: HttpCall): AccessRequest[] {
  const url = new URL(path, "http://s3");
  const [bucket = "", ...rest] = url.pathname.slice(1).split("/").map(decodeURIComponent);
  const key = rest.join("/");
  const arn = `arn:aws:s3:::${bucket}`;
  const source = headers["x-amz-copy-source"];
  if (url.searchParams.has("list-type")) {
    const prefix = url.searchParams.get("prefix");
    return [
      {
        action: "s3:ListBucket",
        resource: arn,
        ...(prefix !== null && { context: { "s3:prefix": prefix } }),
      },
    ];
  }
  if (url.searchParams.has("delete"))
    return [...body.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, each]) => ({
      action: "s3:DeleteObject",
      resource: `${arn}/${each}`,
    }));
  const isTagging = url.searchParams.has("tagging");
  const isVersion = url.searchParams.has("versionId");
  const plain = isTagging
    ? `s3:${method === "PUT" ? "Put" : "Get"}Object${isVersion ? "Version" : ""}Tagging`
    : (S3_OBJECT[method] ?? "s3:Unknown");
  const action = plain === "s3:GetObject" && isVersion ? "s3:GetObjectVersion" : plain;
  const tags = headers["x-amz-tagging"] === undefined ? [] : ["s3:PutObjectTagging"];
  const written = [action, ...tags].map((one) => ({ action: one, resource: `${arn}/${key}` }));
  const copied = typeof source === "string" ? decodeURIComponent(source).replace(/^\//, "") : null;
  return copied === null
    ? written
    : [...written, { action: "s3:GetObject", resource: `arn:aws:s3:::${copied}` }];
}

function sqsRequests({ headers, body }: HttpCall): AccessRequest[] {
  const action = String(headers["x-amz-target"]).split(".").at(-1);
  const url = /"QueueUrl":\s*"([^"]+)"/.exec(body)?.[1] ?? "";
  const [name, account] = url.split("/").reverse();
  // Batch actions need the permission of the single action.
  const single = String(action).replace(/Batch$/, "");
  return [{ action: `sqs:${single}`, resource: `arn:aws:sqs:us-east-1:${account}:${name}` }];
}

function snsRequests({ body }: HttpCall): AccessRequest[] {
  const form = new URLSearchParams(body);
  const action = String(form.get("Action")).replace(/Batch$/, "");
  return [{ action: `sns:${action}`, resource: form.get("TopicArn") ?? "" }];
}
