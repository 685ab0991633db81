import { createVerify } from "node:crypto";
import { BlockList, isIP } from "node:net";
import { z } from "zod";
import { isLike } from "../topology/bucket-policy.ts";

/** A request as far as its signature is about it. */
export interface SignedRequest {
  /** The whole address, with the parameters of the signature. */
  url: string;
  cookies: Readonly<Record<string, string>>;
  ip: string;
  /** In milliseconds. */
  now: number;
}

/** The names of the parts of a signature in a query; a cookie's name has `CloudFront-` before it. */
const PARAMETERS = ["Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm"] as const;

const Epoch = z.object({ "AWS:EpochTime": z.number() });
const Policy = z.object({
  Statement: z.tuple([
    z.object({
      Resource: z.string().default("*"),
      Condition: z.object({
        DateLessThan: Epoch,
        DateGreaterThan: Epoch.optional(),
        IpAddress: z.object({ "AWS:SourceIp": z.string() }).optional(),
      }),
    }),
  ]),
});

/** An error of CloudFront. */
export interface Denial {
  code: "MissingKey" | "InvalidKey" | "AccessDenied";
  message: string;
}
const DENIED: Denial = { code: "AccessDenied", message: "Access denied" };

/**
 * Checks the signed URL or the signed cookies of a request (docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PrivateContent.html).
 *
 * @param keys public keys by key pair id
 * @returns undefined if they are valid
 */
export function checkSignature(
  request: SignedRequest,
  keys: ReadonlyMap<string, string>,
): Denial | undefined {
  const {
    Policy: policy,
    Expires,
    Signature,
    "Key-Pair-Id": keyId,
    "Hash-Algorithm": hash,
  } = partsOf(request);
  if (keyId === undefined)
    return { code: "MissingKey", message: "Missing Key-Pair-Id query parameter or cookie value" };
  const key = keys.get(keyId);
  if (key === undefined) return { code: "InvalidKey", message: "Unknown Key" };
  const text = policy === undefined ? cannedPolicy(request.url, Expires) : fromUrlBase64(policy).toString();
  if (Signature === undefined || text === undefined) return DENIED;
  const verify = createVerify(hash === "SHA256" ? "RSA-SHA256" : "RSA-SHA1").update(text);
  if (!isVerified(() => verify.verify(key, fromUrlBase64(Signature)))) return DENIED;
  return isMet(text, request) ? undefined : DENIED;
}

/** Returns an address without the parameters of a signature: they reach neither a function nor an origin. */
export function withoutSignature(url: string): string {
  const [address = "", query = ""] = url.split("?");
  const rest = query.split("&").filter((pair) => !PARAMETERS.some((name) => name === pair.split("=")[0]));
  return [address, ...(rest.join("&") === "" ? [] : [rest.join("&")])].join("?");
}

type Parts = Partial<Record<(typeof PARAMETERS)[number], string>>;

/** Returns the signature of the URL, or else that of the cookies. */
function partsOf({ url, cookies }: SignedRequest): Parts {
  const query = new URL(url).searchParams;
  const found = (value: (name: string) => string | null | undefined): Parts =>
    Object.fromEntries(PARAMETERS.flatMap((name) => (value(name) ? [[name, value(name)]] : [])));
  const ofUrl = found((name) => query.get(name));
  return ofUrl["Key-Pair-Id"] === undefined ? found((name) => cookies[`CloudFront-${name}`]) : ofUrl;
}

/** Returns the policy of a URL with `Expires`, byte for byte as it was signed. */
function cannedPolicy(url: string, expires: string | undefined): string | undefined {
  if (expires === undefined || !/^\d+$/.test(expires)) return undefined;
  return `{"Statement":[{"Resource":"${withoutSignature(url)}","Condition":{"DateLessThan":{"AWS:EpochTime":${expires}}}}]}`;
}

function isMet(text: string, { url, ip, now }: SignedRequest): boolean {
  const policy = Policy.safeParse(parseJson(text)).data;
  if (!policy) return false;
  const [{ Resource, Condition }] = policy.Statement;
  const { DateLessThan: until, DateGreaterThan: from, IpAddress: addresses } = Condition;
  const seconds = now / 1000;
  return (
    isLike(withoutSignature(url), Resource) &&
    seconds < until["AWS:EpochTime"] &&
    (from === undefined || seconds > from["AWS:EpochTime"]) &&
    (addresses === undefined || isInRange(ip, addresses["AWS:SourceIp"]))
  );
}

function isInRange(ip: string, range: string): boolean {
  const [network = "", bits = isIP(network) === 6 ? "128" : "32"] = range.split("/");
  const list = new BlockList();
  if (isIP(network) === 0 || !/^\d+$/.test(bits)) return false;
  list.addSubnet(network, Number(bits), isIP(network) === 6 ? "ipv6" : "ipv4");
  return list.check(ip, isIP(ip) === 6 ? "ipv6" : "ipv4");
}

/** CloudFront's base64 for addresses. */
function fromUrlBase64(text: string): Buffer {
  const replaced = text.replaceAll("-", "+").replaceAll("_", "=").replaceAll("~", "/");
  return Buffer.from(replaced, "base64");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A signature of a wrong length, or a key that is not one, verifies nothing. */
function isVerified(verify: () => boolean): boolean {
  try {
    return verify();
  } catch {
    return false;
  }
}
