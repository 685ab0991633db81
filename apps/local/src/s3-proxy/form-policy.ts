import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import { z } from "zod";
import { matches, type SigningCredentials, toTime } from "./presigned.ts";
import { faults, type S3Fault } from "./s3-fault.ts";

interface Upload {
  bucket: string;
  key: string;
  /** The size of the file in bytes. */
  size: number;
  /** Milliseconds since 1970. */
  now: number;
  credentials: SigningCredentials;
}

/**
 * Checks the policy of a browser's form: its signature, its expiry and its conditions
 * (docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html). A form without a policy passes.
 *
 * @returns the error to answer with, or undefined
 */
export async function checkFormPolicy(
  fields: ReadonlyMap<string, string>,
  { bucket, key, size, now, credentials }: Upload,
): Promise<S3Fault | undefined> {
  const encoded = fields.get("policy");
  if (encoded === undefined) return undefined;
  const policy = Policy.safeParse(parseJson(Buffer.from(encoded, "base64").toString()));
  const [accessKeyId, , region, service] = (fields.get("x-amz-credential") ?? "").split("/");
  const signedAt = toTime(fields.get("x-amz-date") ?? "");
  if (!policy.success || !region || !service || Number.isNaN(signedAt)) return faults.invalidPolicy;
  if (accessKeyId !== credentials.accessKeyId) return faults.unknownAccessKey;
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256 });
  const expected = await signer.sign(encoded, { signingDate: new Date(signedAt) });
  const fault = matches(expected, fields.get("x-amz-signature") ?? "");
  if (fault) return fault;
  if (now > Date.parse(policy.data.expiration)) return faults.policyExpired;
  const values = new Map([...fields, ["bucket", bucket], ["key", key]]);
  return policy.data.conditions.every((condition) => isMet(condition, values, size))
    ? undefined
    : faults.policyConditionFailed;
}

const Policy = z.object({
  expiration: z.iso.datetime(),
  conditions: z.array(
    z.union([
      z.record(z.string(), z.string()),
      z.tuple([z.literal("content-length-range"), z.coerce.number(), z.coerce.number()]),
      z.tuple([z.enum(["eq", "starts-with"]), z.string().startsWith("$"), z.string()]),
    ]),
  ),
});
type Condition = z.infer<typeof Policy>["conditions"][number];

function isMet(condition: Condition, values: ReadonlyMap<string, string>, size: number): boolean {
  if (!Array.isArray(condition))
    return Object.entries(condition).every(([name, value]) => values.get(name.toLowerCase()) === value);
  if (condition[0] === "content-length-range") return size >= condition[1] && size <= condition[2];
  const [operator, variable, expected] = condition;
  const value = values.get(variable.slice(1).toLowerCase()) ?? "";
  return operator === "eq" ? value === expected : value.startsWith(expected);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
