import { z } from "zod";
import { parseXml } from "../net/xml.ts";

const DeleteRequest = z.object({
  Delete: z.object({
    Object: z
      .array(
        z.object({
          Key: z.string().min(1),
          ETag: z.string().optional(),
          LastModifiedTime: z.string().optional(),
          Size: z.string().optional(),
        }),
      )
      .min(1),
  }),
});
const DeleteAnswer = z.object({
  DeleteResult: z.object({ Error: z.array(z.object({ Key: z.string() })).default([]) }),
});

/** The keys that a DeleteObjects request lists, and if any of them must meet a condition. */
export interface DeleteList {
  keys: string[];
  isConditional: boolean;
}

/** Parses the body of a DeleteObjects request; returns undefined if it is not one. */
export function toDeleteList(xml: string): DeleteList | undefined {
  const { data } = DeleteRequest.safeParse(parseXml(xml));
  return (
    data && {
      keys: data.Delete.Object.map(({ Key }) => Key),
      isConditional: data.Delete.Object.some(
        ({ ETag, LastModifiedTime, Size }) => (ETag ?? LastModifiedTime ?? Size) !== undefined,
      ),
    }
  );
}

/** Returns the keys that the answer to DeleteObjects reports as not deleted. */
export function keysNotDeleted(xml: string): string[] {
  return DeleteAnswer.safeParse(parseXml(xml)).data?.DeleteResult.Error.map(({ Key }) => Key) ?? [];
}
