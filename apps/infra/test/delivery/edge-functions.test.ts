import { toImageId } from "@image-pipeline/schema/keys";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { edgeFunctions } from "../../src/edge/edge-functions.ts";
import { edgeRequest, runViewerRequest, runViewerResponse } from "./run-edge-function.ts";

const BUCKET = "image-pipeline-dev-uploads-123456789012";
const PAGE = "https://app.example.com";
const CORS = {
  origins: [PAGE],
  methods: ["GET", "HEAD"],
  headers: ["*"],
  maxAgeSeconds: 600,
  allowsCredentials: false,
};
const { viewerRequest, viewerResponse, refuse } = edgeFunctions({ bucket: BUCKET, cors: CORS });
const ID = "abcdefghijklmnopqrstuvwxyz";
const RENDITION = `/renditions/${ID}/${ID}/large.avif`;

const asked = (address: string, headers?: Record<string, string>) =>
  runViewerRequest(viewerRequest, edgeRequest(address, headers));
const toPath = (preset: string, key: string) =>
  `/i/${preset}/${key.split("/").map(encodeURIComponent).join("/")}`;

describe("the viewer-request function", () => {
  it("leaves the address of a rendition as it is", () => {
    expect(asked(RENDITION).request).toMatchObject({ uri: RENDITION, querystring: {} });
  });

  it("drops the readable name of a rendition, so that all names share a cached copy", () => {
    expect(asked(`${RENDITION}/my-cat.avif`).request?.uri).toBe(RENDITION);
    expect(asked(`${RENDITION}/`).request?.uri).toBe(RENDITION);
  });

  it("drops every query parameter except download, since S3 obeys some of them", () => {
    const address = `${RENDITION}?response-content-type=text%2Fhtml&versionId=1&download=cat.avif`;
    expect(asked(address).request?.querystring).toEqual({ download: { value: "cat.avif" } });
  });

  it("keeps the readable name for a download without a name", () => {
    expect(asked(`${RENDITION}/my-cat.avif?download`).request?.querystring).toEqual({
      download: { value: "my-cat.avif" },
    });
  });

  it.each([
    ["/"],
    ["/renditions/"],
    [`/renditions/${ID}/i/large`],
    [`/renditions/${ID}/${ID}/large.avif/a/b`],
    [`/renditions/${ID}/${ID}/../../../failures/x.json`],
    ["/manifests/"],
    ["/manifests/../failures/x.json"],
    ["/manifests/%2e%2e/failures/x.json"],
    ["/manifests/%"],
    ["/i/large/"],
    ["/i/Large/cat.jpg"],
    ["/i/large/%ff"],
  ])("answers 403 for %s", (address) => {
    expect(asked(address).response?.statusCode).toBe(403);
  });

  it("lets the address of a manifest through, without its query", () => {
    expect(asked("/manifests/a%20b/cat.jpg.json?versionId=1").request).toMatchObject({
      uri: "/manifests/a%20b/cat.jpg.json",
      querystring: {},
    });
  });

  it("names the copy of a readable address below the image's id, for any key", () => {
    const segment = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
    const wellFormed = segment.filter((text) => text.isWellFormed() && !text.includes("/"));
    fc.assert(
      fc.property(fc.array(wellFormed, { minLength: 1, maxLength: 3 }), (segments) => {
        const key = segments.join("/");
        const { request } = asked(toPath("large", key));
        expect(request?.uri).toBe(`/renditions/${toImageId(BUCKET, key)}/i/large`);
        expect(decodeURIComponent(request?.headers["x-image-key"]?.value ?? "")).toBe(key);
      }),
    );
  });

  it("gives the same copy for the same key, however it is encoded", () => {
    expect(asked("/i/large/caf%C3%A9~.jpg").request).toEqual(asked("/i/large/caf%C3%A9%7e.jpg").request);
  });

  it.each([
    ["avif", "image/avif,image/webp,image/apng,*/*;q=0.8"],
    ["webp", "image/webp, */*"],
    ["webp", "image/avif;q=0, IMAGE/WEBP;q=0.5"],
    ["jpeg", "image/png,image/*;q=0.8"],
    ["jpeg", "image/avif-sequence"],
    ["jpeg", ""],
  ])("chooses %s for Accept: %s", (format, accept) => {
    expect(asked("/i/large/cat.jpg", { accept }).request?.headers["x-image-format"]?.value).toBe(format);
  });

  it("replaces the headers that a viewer sends for the resolver", () => {
    const { request } = asked("/i/large/cat.jpg", { "x-image-key": "dog.jpg", "x-image-format": "bmp" });
    expect(request?.headers["x-image-key"]?.value).toBe("cat.jpg");
    expect(request?.headers["x-image-format"]?.value).toBe("jpeg");
  });
});

describe("the viewer-request function, asked by a browser before a page's request", () => {
  function preflight(origin: string, cors: Partial<typeof CORS> | null = {}) {
    const settings = { bucket: BUCKET, cors: cors && { ...CORS, ...cors } };
    const request = edgeRequest(RENDITION, { origin, "access-control-request-headers": "x-own" }, "OPTIONS");
    const { response } = runViewerRequest(edgeFunctions(settings).viewerRequest, request);
    const headers = Object.entries(response?.headers ?? {}).map(([name, { value }]) => [name, value]);
    return { status: response?.statusCode, headers: Object.fromEntries(headers) };
  }

  it("allows the methods and headers of the settings to the config's pages", () => {
    expect(preflight(PAGE)).toEqual({
      status: 204,
      headers: {
        "access-control-allow-origin": PAGE,
        "access-control-allow-methods": "GET, HEAD",
        "access-control-allow-headers": "*",
        "access-control-max-age": "600",
        vary: "Origin",
      },
    });
    expect(preflight(PAGE, { allowsCredentials: true }).headers).toMatchObject({
      "access-control-allow-credentials": "true",
    });
    expect(preflight("https://any.example", { origins: ["*"] }).headers).toMatchObject({
      "access-control-allow-origin": "*",
    });
  });

  it("refuses other pages, and all of them if the config allows none", () => {
    expect([preflight("https://evil.example").status, preflight(PAGE, null).status]).toEqual([403, 403]);
  });
});

describe("the viewer-response function", () => {
  const answered = (address: string, response = { statusCode: 200, headers: {} }) =>
    runViewerResponse(viewerResponse, edgeRequest(address), response).headers;
  const disposition = (address: string) => answered(address)["content-disposition"]?.value;

  it("changes nothing without download", () => {
    expect(answered(`${RENDITION}/my-cat.avif`)).toEqual({});
  });

  it("names the file by the parameter, or by the end of the address", () => {
    expect(disposition(`${RENDITION}?download=my-cat.avif`)).toBe(
      "attachment; filename=\"my-cat.avif\"; filename*=UTF-8''my-cat.avif",
    );
    expect(disposition(`${RENDITION}/my-cat.avif?download`)).toContain('filename="my-cat.avif"');
    expect(disposition(`${RENDITION}?download`)).toContain('filename="large.avif"');
  });

  it("lets no name end the header or name a folder", () => {
    expect(disposition(`${RENDITION}?download=..%2F%22%0d%0aset-cookie:x`)).toBe(
      "attachment; filename=\"set-cookie:x\"; filename*=UTF-8''set-cookie%3Ax",
    );
    expect(disposition(`${RENDITION}?download=%`)).toContain('filename="image"');
  });

  it("encodes other letters for new browsers and replaces them for old ones", () => {
    expect(disposition(`${RENDITION}?download=caf%C3%A9.avif`)).toBe(
      "attachment; filename=\"caf_.avif\"; filename*=UTF-8''caf%C3%A9.avif",
    );
  });

  it("keeps the parameter in the redirect of a readable address, but not in a placeholder's", () => {
    const redirect = (value: string) => ({ statusCode: 302, headers: { location: { value } } });
    const to = (location: string) =>
      answered("/i/large/cat.jpg?download", redirect(location)).location?.value;
    expect(to(`${RENDITION}/cat.avif`)).toBe(`${RENDITION}/cat.avif?download`);
    expect(to("https://example.com/broken.svg")).toBe("https://example.com/broken.svg");
  });

  it("changes no error", () => {
    expect(answered(`${RENDITION}?download`, { statusCode: 403, headers: {} })).toEqual({});
  });
});

describe("the texts of the functions", () => {
  it("answer 403 to everything in the default behaviour", () => {
    expect(runViewerRequest(refuse, edgeRequest(RENDITION)).response?.statusCode).toBe(403);
  });

  it("are within CloudFront's 10 kB and have nothing that Terraform would replace", () => {
    for (const text of [viewerRequest, viewerResponse, refuse]) {
      expect(Buffer.byteLength(text)).toBeLessThan(10 * 1024);
      expect(text).not.toMatch(/[$%]\{/);
    }
  });
});
