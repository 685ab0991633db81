import { createHmac } from "node:crypto";
import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";
import { z } from "zod";
import { matches, type SigningCredentials, toTime } from "./presigned.ts";
import { faults, type S3Fault } from "./s3-fault.ts";

type Fields = ReadonlyMap<string, string>;

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
 * Checks the policy of a browser's form: its signature, of Version 4 or 2, its expiry and its conditions
 * (docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html). A form without a policy passes.
 *
 * @returns the error to answer with, or undefined
 */
export async function checkFormPolicy(fields: Fields, upload: Upload): Promise<S3Fault | undefined> {
  const encoded = fields.get("policy");
  if (encoded === undefined) return undefined;
  const { data: policy } = Policy.safeParse(parseJson(Buffer.from(encoded, "base64").toString()));
  if (!policy) return faults.invalidPolicy;
  const fault = fields.has("signature")
    ? checkVersion2(encoded, fields, upload)
    : await checkVersion4(encoded, fields, upload);
  if (fault) return fault;
  if (upload.now > Date.parse(policy.expiration)) return faults.policyExpired;
  const values = new Map([...fields, ["bucket", upload.bucket], ["key", upload.key]]);
  return policy.conditions.every((condition) => isMet(condition, values, upload.size))
    ? undefined
    : faults.policyConditionFailed;
}

async function checkVersion4(
  encoded: string,
  fields: Fields,
  { credentials }: Upload,
): Promise<S3Fault | undefined> {
  const [accessKeyId, , region, service] = (fields.get("x-amz-credential") ?? "").split("/");
  const signedAt = toTime(fields.get("x-amz-date") ?? "");
  if (!region || !service || Number.isNaN(signedAt)) return faults.invalidPolicy;
  if (accessKeyId !== credentials.accessKeyId) return faults.unknownAccessKey;
  const signer = new SignatureV4({ credentials, region, service, sha256: Sha256 });
  const expected = await signer.sign(encoded, { signingDate: new Date(signedAt) });
  return matches(expected, fields.get("x-amz-signature") ?? "");
}

/** Signature Version 2, which boto3 uses for forms unless it is configured otherwise. */
function checkVersion2(encoded: string, fields: Fields, { credentials }: Upload): S3Fault | undefined {
  if (fields.get("awsaccesskeyid") !== credentials.accessKeyId) return faults.unknownAccessKey;
  const expected = createHmac("sha1", credentials.secretAccessKey).update(encoded).digest("base64");
  return matches(expected, fields.get("signature") ?? "");
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
