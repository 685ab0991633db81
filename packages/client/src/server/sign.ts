import { createPrivateKey } from "node:crypto";
import { getSignedCookies, getSignedUrl } from "@aws-sdk/cloudfront-signer";

interface SignOptions {
  /** The stack's output `delivery_key_a_id` or `delivery_key_b_id`. */
  keyPairId: string;
  /** The private key of this pair, as a PEM text. */
  privateKey: string;
  /** Seconds until the signature ends (default: one hour). */
  expiresInSeconds?: number;
}

export interface UrlSignOptions extends SignOptions {
  /** The complete address, such as one of `imageUrl`. */
  url: string;
}

export interface CookieOptions extends SignOptions {
  /** The delivery stack's output `delivery_url`. */
  baseUrl: string;
  /** The paths that the cookies open; `*` stands for any text (default: all). */
  path?: string;
}

const HOUR_SECONDS = 60 * 60;

/**
 * Returns an address with a signature of CloudFront, which opens this one address.
 *
 * @throws {Error} when the private key is not one
 */
export function signUrl({
  url,
  keyPairId,
  privateKey,
  expiresInSeconds = HOUR_SECONDS,
}: UrlSignOptions): string {
  checkKey(privateKey);
  return getSignedUrl({ url, keyPairId, privateKey, dateLessThan: new Date(toEnd(expiresInSeconds) * 1000) });
}

/**
 * Returns CloudFront's three cookies by name, which open all addresses that the path matches. Set them with `Path=/; Secure;
 * HttpOnly` on a domain that the pages and the images share.
 *
 * @throws {Error} when the private key is not one
 */
export function signCookies({
  baseUrl,
  path = "/*",
  keyPairId,
  privateKey,
  expiresInSeconds = HOUR_SECONDS,
}: CookieOptions): Record<string, string> {
  checkKey(privateKey);
  const policy = JSON.stringify({
    Statement: [
      {
        Resource: new URL(path, baseUrl).href,
        Condition: { DateLessThan: { "AWS:EpochTime": toEnd(expiresInSeconds) } },
      },
    ],
  });
  const cookies = getSignedCookies({ policy, keyPairId, privateKey });
  return Object.fromEntries(Object.entries(cookies).map(([name, value]) => [name, String(value)]));
}

/** OpenSSL's own message names neither the option nor what is wrong. */
function checkKey(privateKey: string): void {
  try {
    createPrivateKey(privateKey);
  } catch (cause) {
    const message = "privateKey must be the PEM text of a private key, with its line breaks";
    throw new Error(message, { cause });
  }
}

function toEnd(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds;
}
