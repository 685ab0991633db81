import { createSign, generateKeyPairSync } from "node:crypto";
import { PROCESSED_PREFIXES, toImageId, toManifestKey } from "@image-pipeline/schema/keys";
import { waitFor } from "@image-pipeline/testing/progress";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { PAGE, startEdge } from "./local-edge.ts";

const KEY = "photos/my cat.png";
const ADDRESS = "/i/thumb/photos/my%20cat.png";
const BROWSER = { accept: "image/avif,image/webp,image/*,*/*;q=0.8" };

type Edge = Awaited<ReturnType<typeof startEdge>>;

function plain(background: string): Promise<Buffer> {
  return sharp({ create: { width: 64, height: 48, channels: 3, background } })
    .png()
    .toBuffer();
}

const locationOf = async ({ get }: Edge, address: string, headers: Record<string, string> = BROWSER) =>
  String((await get(address, headers)).headers.location);

describe("the delivery stack, running locally", () => {
  let edge: Edge;
  let location: string;
  beforeAll(async () => {
    edge = await startEdge({ manifests: { maxAgeSeconds: 1 } });
    await edge.put(KEY, await plain("#336699"));
    await edge.until(ADDRESS, 302);
    location = await locationOf(edge, ADDRESS);
  });

  it.each([
    ["image/avif,image/webp,*/*", "avif", "heif"],
    ["image/webp,*/*", "webp", "webp"],
    ["image/avif;q=0,*/*", "jpg", "jpeg"],
    ["*/*", "jpg", "jpeg"],
  ])("leads a browser that accepts %s to a rendition in %s", async (accept, extension, format) => {
    const { headers } = await edge.get(ADDRESS, { accept });
    expect(headers).toMatchObject({
      location: expect.stringMatching(
        new RegExp(`^/renditions/.+/thumb\\.${extension}/my%20cat\\.${extension}$`),
      ),
      "cache-control": "public, max-age=60, stale-while-revalidate=600",
      vary: expect.stringContaining("Accept"),
    });
    const { status, body } = await edge.get(String(headers.location));
    expect([status, (await sharp(body).metadata()).format]).toEqual([200, format]);
  });

  it("serves a rendition as immutable, with and without a readable name, from one copy", async () => {
    const first = await edge.get(location);
    expect(first).toMatchObject({
      status: 200,
      headers: {
        "cache-control": "public, max-age=31536000, immutable",
        "content-type": "image/avif",
        "cross-origin-resource-policy": "cross-origin",
        "x-content-type-options": "nosniff",
      },
    });
    const second = await edge.get(location.replace("/my%20cat.avif", ""));
    expect(second.headers["x-cache"]).toBe("Hit from cloudfront");
    expect(second.body.equals(first.body)).toBe(true);
  });

  it("makes a download of the same copy, also through a readable address", async () => {
    const redirect = await locationOf(edge, `${ADDRESS}?download`);
    expect(redirect).toBe(`${location}?download`);
    const { headers } = await edge.get(redirect);
    expect(headers).toMatchObject({
      "content-disposition": "attachment; filename=\"my cat.avif\"; filename*=UTF-8''my%20cat.avif",
      "x-cache": "Hit from cloudfront",
    });
    expect((await edge.get(location)).headers).not.toHaveProperty("content-disposition");
  });

  it("answers ranges, unchanged copies and HEAD from its cache", async () => {
    const { headers, body } = await edge.get(location);
    const range = await edge.get(location, { range: "bytes=0-3" });
    expect([range.status, range.body.equals(body.subarray(0, 4))]).toEqual([206, true]);
    expect((await edge.get(location, { "if-none-match": String(headers.etag) })).status).toBe(304);
    const head = await edge.get(location, {}, "HEAD");
    expect([head.status, head.headers["content-length"], head.body.length]).toEqual([
      200,
      `${body.length}`,
      0,
    ]);
  });

  it("lets the scripts of the config's pages read, and no others", async () => {
    const allowed = await edge.get(location, { origin: PAGE });
    expect(allowed.headers).toMatchObject({
      "access-control-allow-origin": PAGE,
      "access-control-expose-headers": "etag, x-image-status",
    });
    const strange = await edge.get(location, { origin: "https://evil.example" });
    expect([strange.status, strange.headers["access-control-allow-origin"]]).toEqual([403, undefined]);
  });

  it("answers the browser's question before a request with a header of the page's own", async () => {
    const question = { "access-control-request-method": "GET", "access-control-request-headers": "x-own" };
    for (const path of [location, ADDRESS, "/manifests/a.json"])
      expect(await edge.get(path, { origin: PAGE, ...question }, "OPTIONS")).toMatchObject({
        status: 204,
        headers: {
          "access-control-allow-origin": PAGE,
          "access-control-allow-methods": "GET, HEAD",
          "access-control-allow-headers": "*",
        },
      });
    const unknown = await edge.get("/uploads/a.png", { origin: PAGE, ...question }, "OPTIONS");
    expect(unknown.status).toBe(403);
  });

  it("serves the manifest for a second", async () => {
    const { headers, body } = await edge.get(`/${encodeURI(toManifestKey(edge.places.uploadBucket, KEY))}`);
    expect(headers["cache-control"]).toBe("public, max-age=1");
    expect(JSON.parse(body.toString())).toMatchObject({ status: "processed", source: { key: KEY } });
  });

  it.each(PROCESSED_PREFIXES.filter((prefix) => prefix !== "manifests/"))(
    "answers 403 for an object below %s that is no rendition",
    async (prefix) => {
      await edge.put(`${prefix}there`, "x", { Bucket: edge.places.processedBucket });
      expect((await edge.get(`/${prefix}there`)).status).toBe(403);
    },
  );

  it.each([
    ["the root", "/", "GET"],
    ["an unknown path", "/uploads/photos/a.png", "GET"],
    ["a path out of the manifests", "/manifests/%2e%2e/failures/there", "GET"],
    ["a write", "/i/thumb/a.png", "PUT"],
    ["a rendition that is not there", `/renditions/${"a".repeat(26)}/${"a".repeat(26)}/thumb.avif`, "GET"],
  ])("answers 403 for %s", async (_, path, method) => {
    expect((await edge.get(path, {}, method)).status).toBe(403);
  });

  it("answers 404 for an image and a preset that are not there", async () => {
    const answers = await Promise.all(
      ["/i/thumb/no.png", "/i/huge/photos/my%20cat.png"].map((path) => edge.get(path)),
    );
    expect(answers.map(({ status, headers }) => [status, headers["x-image-status"]])).toEqual([
      [404, "missing"],
      [404, "missing"],
    ]);
  });

  it("answers 403 for a picture that the analysis quarantines", async () => {
    // Plain red is violence to the simulated Rekognition.
    await edge.put("red.png", await plain("#ff0000"));
    await edge.until("/i/thumb/red.png", 403);
    expect((await edge.get("/i/thumb/red.png")).headers["x-image-status"]).toBe("quarantined");
    const manifest = await edge.get("/manifests/red.png.json");
    const [rendition] = JSON.parse(manifest.body.toString()).renditions;
    await edge.until(`/${rendition.key}`, 403);
  });

  it("forgets a cached picture within seconds when it is quarantined", async () => {
    await edge.put("late.png", await plain("#339966"));
    await edge.until("/i/thumb/late.png", 302);
    const cached = await locationOf(edge, "/i/thumb/late.png");
    expect((await edge.get(cached)).status).toBe(200);
    await edge.quarantine("late.png", cached.split("/").slice(1, 5).join("/"));
    await edge.until(cached, 403);
    expect((await edge.get("/i/thumb/late.png", BROWSER)).headers["x-image-status"]).toBe("quarantined");
  });

  it("leads to the new picture within seconds when an upload replaces another", async () => {
    await edge.put(KEY, await plain("#993366"));
    const before = Date.now();
    const replaced = await waitFor({
      read: () => locationOf(edge, ADDRESS),
      until: (now) => now !== location,
    });
    // The redirect was fresh for a minute.
    expect(Date.now() - before).toBeLessThan(50_000);
    expect((await edge.get(replaced)).status).toBe(200);
    // The old rendition stays in the bucket for a while, for pages that have its address.
    expect((await edge.get(location)).headers["x-cache"]).toBe("Miss from cloudfront");
  });

  it("answers 410 within seconds when the image is deleted, and 403 for its cached picture", async () => {
    const current = await locationOf(edge, ADDRESS);
    expect((await edge.get(current)).status).toBe(200);
    await edge.remove(KEY);
    await edge.until(current, 403);
    await edge.until(ADDRESS, 410);
    expect((await edge.get(ADDRESS)).headers["x-image-status"]).toBe("deleted");
    expect(edge.errors).toEqual([]);
  });

  it("removes copies by CloudFront's API, and shows the invalidation", async () => {
    const [{ id } = { id: "" }] = edge.topology.distributions;
    // docs/local.md names it.
    expect(id).toBe("E32779C64EE47E");
    const path = `/2020-05-31/distribution/${id}/invalidation`;
    const batch = (paths: string) =>
      `<InvalidationBatch><Paths><Quantity>1</Quantity><Items>${paths}</Items></Paths><CallerReference>r</CallerReference></InvalidationBatch>`;
    const address = "/i/thumb/cached.png";
    const name = `/renditions/${toImageId(edge.places.uploadBucket, "cached.png")}/*`;
    await edge.get(address);
    await edge.put("cached.png", await plain("#123456"));
    await edge.until(address, 302);
    expect((await edge.get(address)).headers["x-cache"]).toBe("Hit from cloudfront");
    const made = await edge.api(path, batch(`<Path>${name}</Path>`));
    const [, invalidation] = /<Id>(\w+)<\/Id><Status>Completed<\/Status>/.exec(await made.text()) ?? [];
    expect([made.status, (await edge.api(`${path}/${invalidation}`)).status]).toEqual([201, 200]);
    expect((await edge.get(address)).headers["x-cache"]).toBe("Miss from cloudfront");
    const unknown = await edge.api(path.replace(id, "E0"), batch("<Path>/a</Path>"));
    expect([unknown.status, await unknown.text()]).toEqual([
      404,
      expect.stringContaining("NoSuchDistribution"),
    ]);
  });
});

describe("signed access, running locally", () => {
  const pairs = [1, 2].map(() =>
    generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    }),
  );
  const [a, b] = pairs.map(({ publicKey }) => publicKey);
  const IMAGE = `/renditions/${"a".repeat(26)}/${"b".repeat(26)}/thumb.avif`;
  let edge: Edge;
  let keyIds: readonly string[];
  beforeAll(async () => {
    edge = await startEdge({
      access: "signed",
      manifests: "signed",
      publicKeys: { a: a ?? null, b: b ?? null },
    });
    const [behaviour] = edge.topology.distributions.flatMap(({ behaviours }) => behaviours);
    keyIds = [...(behaviour?.trustedKeys?.keys() ?? [])];
    const { processedBucket: Bucket } = edge.places;
    await edge.put(IMAGE.slice(1), "x", { Bucket });
    await edge.put("manifests/a.jpg.json", "{}", { Bucket });
  });

  /** Returns the signature of a path by the key in a slot, as a query or as cookies. */
  function sign(path: string, slot: number, seconds = 60) {
    const end = Math.floor(Date.now() / 1000) + seconds;
    const policy = `{"Statement":[{"Resource":"${edge.address}${path}","Condition":{"DateLessThan":{"AWS:EpochTime":${end}}}}]}`;
    const toUrl = (text: string) => text.replaceAll("+", "-").replaceAll("=", "_").replaceAll("/", "~");
    const signature = createSign("RSA-SHA1")
      .update(policy)
      .sign(pairs[slot]?.privateKey ?? "", "base64");
    const parts = { Signature: toUrl(signature), "Key-Pair-Id": String(keyIds[slot]) };
    return {
      query: new URLSearchParams({ Expires: String(end), ...parts }).toString(),
      cookie: Object.entries({ Policy: toUrl(Buffer.from(policy).toString("base64")), ...parts })
        .map(([name, value]) => `CloudFront-${name}=${value}`)
        .join("; "),
    };
  }
  const statusOf = async (path: string, headers?: Record<string, string>) =>
    (await edge.get(path, headers)).status;

  it("refuses every address without a signature", async () => {
    const paths = [IMAGE, "/i/thumb/a.png", "/manifests/a.jpg.json"];
    expect(await Promise.all(paths.map((path) => statusOf(path)))).toEqual([403, 403, 403]);
  });

  it.each([0, 1])("accepts signed addresses and cookies of the key in slot %i", async (slot) => {
    expect(await statusOf(`${IMAGE}?${sign(IMAGE, slot).query}`)).toBe(200);
    const { cookie } = sign("/*", slot);
    const paths = [IMAGE, "/i/thumb/a.png", "/manifests/a.jpg.json"];
    expect(await Promise.all(paths.map((path) => statusOf(path, { cookie })))).toEqual([200, 404, 200]);
  });

  it("answers a preflight request by the signature in its address: browsers send no cookies with it", async () => {
    const asked = async (path: string) => (await edge.get(path, { origin: PAGE }, "OPTIONS")).status;
    expect([await asked(`${IMAGE}?${sign(IMAGE, 0).query}`), await asked(IMAGE)]).toEqual([204, 403]);
  });

  it("refuses an expired signature, one of another address, one that was changed, and one of an unknown key", async () => {
    const { query } = sign(IMAGE, 0);
    const changed = [
      sign(IMAGE, 0, -1).query,
      sign("/manifests/a.jpg.json", 0).query,
      query.replace(/Expires=\d+/, "Expires=9999999999"),
      query.replace(/Signature=.{4}/, "Signature=AAAA"),
      query.replace(/Key-Pair-Id=\w+/, "Key-Pair-Id=K0"),
      query.replace(String(keyIds[0]), String(keyIds[1])),
    ];
    expect(await Promise.all(changed.map((one) => statusOf(`${IMAGE}?${one}`)))).toEqual(
      changed.map(() => 403),
    );
  });
});
