import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";
import { parseXml } from "../net/xml.ts";
import type { ObjectTags } from "./object-tags.ts";
import { faults, type S3Fault } from "./s3-fault.ts";
import type { S3Request } from "./s3-request.ts";

const Tagging = z.object({
  Tagging: z.object({
    TagSet: z.union([
      z.object({ Tag: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]) }),
      // An empty element, with or without white space in it.
      z.string().transform(() => ({ Tag: [] })),
    ]),
  }),
});

/** An answer to a request about an object's tags: an error, or a status and perhaps a document. */
export type TaggingAnswer =
  | { fault: S3Fault }
  | { status: number; document?: Readonly<Record<string, unknown>> };

/**
 * Reads, replaces or removes an object's tags. No lifecycle rule and no policy acts on tags on this machine, but a
 * client can read the tags that it wrote; the services behind the proxy would store the tags as the object's new content.
 */
export function answerTagging(
  { method, bucket, key }: Pick<S3Request, "method" | "bucket" | "key">,
  body: string,
  tags: ObjectTags,
): TaggingAnswer {
  if (method === "GET") return { status: 200, document: toDocument(tags.get(bucket, key)) };
  if (method === "DELETE") {
    tags.set(bucket, key, "");
    return { status: 204 };
  }
  const { data } = Tagging.safeParse(parseXml(body));
  if (!data) return { fault: faults.malformedXml };
  const pairs = data.Tagging.TagSet.Tag.map(({ Key, Value }): [string, string] => [Key, Value]);
  tags.set(bucket, key, new URLSearchParams(pairs).toString());
  return { status: 200 };
}

/** Returns the tags that an object has after a write: those in the writer's header, or for a copy its source's. */
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

function toDocument(tags: string) {
  const Tag = [...new URLSearchParams(tags)].map(([Key, Value]) => ({ Key, Value }));
  return {
    Tagging: { "@_xmlns": "http://s3.amazonaws.com/doc/2006-03-01/", TagSet: Tag.length > 0 ? { Tag } : "" },
  };
}
