import type { Answer } from "./upstream.ts";

const EMPTY =
  '<?xml version="1.0" encoding="UTF-8"?>\n<Tagging xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><TagSet/></Tagging>';

/**
 * What an object's tagging is answered with here. Tags serve lifecycle rules and access alone, neither of which runs on
 * this machine, so they are taken and not kept; the service behind would take them for the object's new content.
 */
export function answerTagging(method: string): Answer {
  const body = Buffer.from(method === "GET" ? EMPTY : "");
  return {
    status: method === "DELETE" ? 204 : 200,
    headers: { "content-type": "application/xml", "content-length": body.length },
    body,
  };
}
