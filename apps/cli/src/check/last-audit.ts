import { GetObjectCommand } from "@aws-sdk/client-s3";
import { isNotFound } from "@image-pipeline/schema/aws";
import * as z from "zod";
import type { Connection } from "../connection/connect.ts";

/** The last complete pass of the auditor, which runs by itself on AWS. */
const LastAudit = z.object({
  endedAt: z.iso.datetime(),
  images: z.int(),
  gaps: z.record(z.string(), z.int()),
});
export type LastAudit = z.infer<typeof LastAudit>;

/** The auditor's progress, in the processed bucket. */
const KEY = "audit/progress.json";
const Progress = z.object({ last: LastAudit.nullable() });

/** Reads the result of the last audit; null before the first one, or where no auditor runs. */
export async function readLastAudit({
  s3,
  names,
  accountId,
}: Pick<Connection, "s3" | "names" | "accountId">): Promise<LastAudit | null> {
  const place = { Bucket: names.processedBucket(accountId), Key: KEY };
  try {
    const { Body } = await s3.send(new GetObjectCommand(place));
    return Progress.parse(JSON.parse((await Body?.transformToString()) ?? "")).last;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}
