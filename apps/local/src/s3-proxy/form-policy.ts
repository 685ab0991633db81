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
  return checkConditions(policy.conditions, fields, upload);
}

function checkConditions(
  conditions: readonly Condition[],
  fields: Fields,
  { bucket, key, size }: Upload,
): S3Fault | undefined {
  const values = new Map([...fields, ["bucket", bucket], ["key", key]]);
  const failed = conditions.find((condition) => !isMet(condition, values));
  if (failed) return denied(`Policy Condition failed: ${JSON.stringify(failed)}`);
  const named = new Set(conditions.flatMap(fieldsOf));
  const extra = [...fields.keys()].filter((name) => !UNCHECKED_FIELD.test(name) && !named.has(name));
  if (extra.length > 0) return denied(`Extra input fields: ${extra.join(", ")}`);
  for (const condition of conditions) {
    if (!Array.isArray(condition) || condition[0] !== "content-length-range") continue;
    if (size > condition[2]) return faults.tooLarge;
    if (size < condition[1]) return faults.tooSmall;
  }
  return undefined;
}

function denied(reason: string): S3Fault {
  return { status: 403, code: "AccessDenied", message: `Invalid according to Policy: ${reason}` };
}

/** Fields that need no condition in the policy (docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html). */
const UNCHECKED_FIELD = /^(awsaccesskeyid|file|policy|signature|x-amz-signature|x-ignore-.*)$/;

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

/** The range of the size is checked by itself, since S3 has errors of its own for it. */
function isMet(condition: Condition, values: ReadonlyMap<string, string>): boolean {
  if (!Array.isArray(condition))
    return Object.entries(condition).every(([name, value]) => values.get(name.toLowerCase()) === value);
  if (condition[0] === "content-length-range") return true;
  const [operator, variable, expected] = condition;
  const value = values.get(variable.slice(1).toLowerCase()) ?? "";
  return operator === "eq" ? value === expected : value.startsWith(expected);
}

/** The fields that a condition is about, in lower case. */
function fieldsOf(condition: Condition): string[] {
  if (!Array.isArray(condition)) return Object.keys(condition).map((name) => name.toLowerCase());
  return condition[0] === "content-length-range" ? [] : [condition[1].slice(1).toLowerCase()];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
