import { toImageId } from "@image-pipeline/schema/keys";
import { UPLOADS } from "@image-pipeline/testing";
import { describe, expect, it } from "vitest";
import { toHttpAnswer } from "../src/http-answer.ts";
import { toReadableAddress } from "../src/readable-address.ts";

const KEY = "photos/ü +%.jpg";
const headers = { "x-image-key": encodeURIComponent(KEY), "x-image-format": "webp", host: "x" };
const rawPath = `/renditions/${toImageId(UPLOADS, KEY)}/i/thumb`;

describe("the event of the function's URL", () => {
  it("has the preset in its path, and key and format in its headers", () => {
    expect(toReadableAddress({ rawPath, headers }, UPLOADS)).toEqual({
      bucket: UPLOADS,
      key: KEY,
      preset: "thumb",
      format: "webp",
    });
  });

  it.each([
    ["the id of another key", { rawPath: rawPath.replace(/\w{26}/, "a".repeat(26)), headers }],
    ["another path", { rawPath: "/", headers }],
    ["no headers of the CloudFront Function", { rawPath, headers: { host: "x" } }],
    ["a key that is not encoded", { rawPath, headers: { ...headers, "x-image-key": "%" } }],
    ["no path", {}],
  ])("is no readable address with %s", (_, event) => {
    expect(toReadableAddress(event, UPLOADS)).toBeUndefined();
  });
});

describe("the answer", () => {
  it("redirects for a minute, and varies by Accept", () => {
    expect(toHttpAnswer({ status: "found", location: "/renditions/a/b/c.webp/d.webp" })).toEqual({
      statusCode: 302,
      headers: {
        location: "/renditions/a/b/c.webp/d.webp",
        "cache-control": "public, max-age=60, stale-while-revalidate=600",
        vary: "Accept",
      },
      body: "",
    });
  });

  it("redirects to a placeholder without serving it stale", () => {
    const { statusCode, headers } = toHttpAnswer({
      status: "placeholder",
      location: "https://example.com/a",
    });
    expect([statusCode, headers["cache-control"]]).toEqual([302, "public, max-age=60"]);
  });

  it.each([
    ["missing", 404, 2],
    ["rejected", 404, 2],
    ["deleted", 410, 60],
    ["quarantined", 403, 60],
  ] as const)("for a %s image is %d, for %d seconds", (status, statusCode, seconds) => {
    expect(toHttpAnswer({ status })).toMatchObject({
      statusCode,
      headers: { "cache-control": `public, max-age=${seconds}`, "x-image-status": status },
    });
  });
});
