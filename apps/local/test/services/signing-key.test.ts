import { createSign, createVerify } from "node:crypto";
import { statSync } from "node:fs";
import { expect, it } from "vitest";
import { asksForSignatures, signingKey, trusting } from "../../src/services/signing-key.ts";
import type { Behaviour } from "../../src/topology/distribution.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const behaviour = (trustedKeys: ReadonlyMap<string, string> | null): Behaviour => ({
  pathPattern: "*",
  methods: ["GET"],
  origin: { kind: "function", functionName: "f", urlId: "u" },
  cache: { minSeconds: 0, defaultSeconds: 0, maxSeconds: 0, headers: [] },
  headers: { cors: null, headers: [] },
  viewerRequest: null,
  viewerResponse: null,
  trustedKeys,
});
const distribution = (...keys: (ReadonlyMap<string, string> | null)[]) => ({
  id: "E1",
  arn: "arn",
  domainName: "e1.cloudfront.net",
  defaultRootObject: null,
  behaviours: keys.map(behaviour),
  errorSeconds: new Map(),
});

it("is the same in each run with a folder, and its file is for the user only", () => {
  const folder = temporaryFolder();
  const key = signingKey(folder);
  expect(signingKey(folder)).toEqual(key);
  expect(statSync(key.path).mode & 0o777).toBe(0o600);
});

it("is accepted beside the config's keys, at the addresses that need a signature", () => {
  const key = signingKey(temporaryFolder());
  const { behaviours } = trusting(distribution(new Map([["K1", "pem"]]), null), key);
  const [signed, open] = behaviours.map(({ trustedKeys }) => trustedKeys);
  expect(open).toBeNull();
  expect([...(signed?.keys() ?? [])]).toEqual(["K1", key.keyPairId]);
  const signature = createSign("RSA-SHA1").update("text").sign(key.privateKey);
  const publicKey = signed?.get(key.keyPairId) ?? "";
  expect(createVerify("RSA-SHA1").update("text").verify(publicKey, signature)).toBe(true);
});

it("is made only if some address needs a signature", () => {
  expect([distribution(null), distribution(null, new Map())].map(asksForSignatures)).toEqual([false, true]);
});
