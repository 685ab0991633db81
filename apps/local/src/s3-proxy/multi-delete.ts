import { valuesOf } from "../net/xml.ts";

/** The keys of a DeleteObjects request's body. */
export function keysToDelete(xml: string): string[] {
  return valuesOf(xml, "Key");
}

/** Whether a DeleteObjects request asks for a key to be deleted only under a condition, which is not done here. */
export function hasConditions(xml: string): boolean {
  return /<(ETag|LastModifiedTime|Size)>/.test(xml);
}

/** The keys that a DeleteObjects answer says were not deleted. */
export function keysNotDeleted(xml: string): string[] {
  return [...xml.matchAll(/<Error>(.*?)<\/Error>/gs)].flatMap(([, error = ""]) => valuesOf(error, "Key"));
}
