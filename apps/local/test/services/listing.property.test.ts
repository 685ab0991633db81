import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { awsClients, LOCAL_CREDENTIALS } from "../../src/services/clients.ts";
import { startLocalServices } from "../../src/services/local-services.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const services = await startLocalServices(temporaryFolder(afterAll));
const { s3, close } = awsClients({
  endpoint: services.endpoint,
  region: "us-east-1",
  credentials: LOCAL_CREDENTIALS,
});
afterAll(async () => {
  close();
  await services.close();
});

const PARTS = ["a", "b", "a/", "/", "0", "~"];
const Keys = fc.uniqueArray(fc.string({ unit: fc.constantFrom(...PARTS), minLength: 1, maxLength: 4 }), {
  maxLength: 25,
});
let buckets = 0;

interface Request {
  Prefix: string;
  Delimiter: string | undefined;
  MaxKeys: number;
}

/** Lists by pages, as any S3 client does; returns keys and common prefixes in the order in which they came. */
async function listed(Bucket: string, request: Request): Promise<{ keys: string[]; prefixes: string[] }> {
  const [keys, prefixes] = [[] as string[], [] as string[]];
  let token: string | undefined;
  do {
    const page = await s3.send(new ListObjectsV2Command({ Bucket, ...request, ContinuationToken: token }));
    keys.push(...(page.Contents ?? []).map(({ Key = "" }) => Key));
    prefixes.push(...(page.CommonPrefixes ?? []).map(({ Prefix = "" }) => Prefix));
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return { keys, prefixes };
}

/** Whole listings by S3's rule: keys in order, and one common prefix for those that contain the delimiter behind the prefix. */
function expected(all: readonly string[], { Prefix, Delimiter }: Request) {
  const below = all.filter((key) => key.startsWith(Prefix)).toSorted((a, b) => (a < b ? -1 : 1));
  const cut = (key: string) =>
    Delimiter === undefined ? -1 : key.indexOf(Delimiter, Prefix.length) + Delimiter.length;
  const isGrouped = (key: string) => Delimiter !== undefined && key.includes(Delimiter, Prefix.length);
  return {
    keys: below.filter((key) => !isGrouped(key)),
    prefixes: [...new Set(below.filter(isGrouped).map((key) => key.slice(0, cut(key))))],
  };
}

it("lists every key once and in order, in pages of any size, for any prefix and delimiter", async () => {
  const request = fc.record({
    Prefix: fc.constantFrom("", "a", "a/", "b/"),
    Delimiter: fc.constantFrom(undefined, "/"),
    MaxKeys: fc.integer({ min: 1, max: 6 }),
  });
  const property = fc.asyncProperty(Keys, request, async (keys, wanted) => {
    const Bucket = `listing-${buckets++}`;
    await s3.send(new CreateBucketCommand({ Bucket }));
    for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket, Key, Body: "" }));
    expect(await listed(Bucket, wanted)).toEqual(expected(keys, wanted));
  });
  await fc.assert(property, { numRuns: 60 });
});
