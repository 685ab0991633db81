import type { IncomingHttpHeaders } from "node:http";
import { escapeXml, valuesOf } from "../net/xml.ts";
import type { ObjectTags } from "./object-tags.ts";
import type { S3Request } from "./s3-request.ts";
import type { Answer } from "./upstream.ts";

/**
 * Answers what is asked of an object's tagging. No lifecycle rule and no policy acts on tags on this machine, but who
 * writes them finds them again; the services behind would take a tagging for the object's new content.
 */
export function answerTagging(
  { method, body }: { method: string; body: string },
  { bucket, key }: Pick<S3Request, "bucket" | "key">,
  tags: ObjectTags,
): Answer {
  if (method === "PUT") tags.set(bucket, key, toTags(body));
  if (method === "DELETE") tags.set(bucket, key, "");
  const answer = Buffer.from(method === "GET" ? toXml(tags.get(bucket, key)) : "");
  return {
    status: method === "DELETE" ? 204 : 200,
    headers: { "content-type": "application/xml", "content-length": answer.length },
    body: answer,
  };
}

/** The tags that an object has once it is written: those its writer names, or for a copy its source's. */
export function tagsOfWrite(headers: IncomingHttpHeaders, tags: ObjectTags): string {
  const source = headers["x-amz-copy-source"];
  if (typeof source !== "string" || headers["x-amz-tagging-directive"] === "REPLACE")
    return new URLSearchParams(String(headers["x-amz-tagging"] ?? "")).toString();
  const [bucket = "", ...key] = decodeURIComponent(source)
    .replace(/^\//, "")
    .replace(/\?versionId=.*$/, "")
    .split("/");
  return tags.get(bucket, key.join("/"));
}

function toTags(xml: string): string {
  const names = valuesOf(xml, "Key");
  const values = valuesOf(xml, "Value");
  const pairs = names.map((name, index): [string, string] => [name, values[index] ?? ""]);
  return new URLSearchParams(pairs).toString();
}

function toXml(tags: string): string {
  const set = [...new URLSearchParams(tags)].map(
    ([name, value]) => `<Tag><Key>${escapeXml(name)}</Key><Value>${escapeXml(value)}</Value></Tag>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet>${set.join("")}</TagSet></Tagging>`;
}
