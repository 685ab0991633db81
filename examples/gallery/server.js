import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { DeleteObjectCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { picture } from "@image-pipeline/client";
import { placeholder } from "@image-pipeline/client/placeholder";
import { imagePipeline, signUrl } from "@image-pipeline/client/server";

const { UPLOAD_BUCKET: uploadBucket, PROCESSED_BUCKET: processedBucket, IMAGES_URL: baseUrl } = process.env;
const { UPLOAD_PREFIX: prefix = "", MAX_BYTES = "104857600", PORT: port = "3000" } = process.env;
const { IMAGES_KEY_ID: keyPairId, IMAGES_PRIVATE_KEY: privateKey } = process.env;
const { ORIGINS = `http://localhost:${port} http://127.0.0.1:${port}` } = process.env;
const s3 = new S3Client();
const images = imagePipeline({ s3, uploadBucket, processedBucket, prefix, maxBytes: +MAX_BYTES });
const FILES = { "/": "text/html", "/gallery.css": "text/css", "/gallery.js": "text/javascript" };
const POLICY = `default-src 'self'; img-src data: ${new URL(baseUrl).origin}; connect-src 'self' http: https:`;
/** Errors of the client's request; all others are the pipeline's. */
const STATUSES = { UploadRefused: 400, SyntaxError: 400, TypeError: 400, TimeoutError: 504 };

/** What the page may do. Your application first checks who the user is, and that the image is theirs. */
const API = {
  "/upload": ({ name, type }) => images.createUpload({ contentType: type, key: newKey(name) }),
  "/wait": async ({ key, eTag }) => toImage(await images.waitForImage(key, { eTag })),
  "/delete": ({ key: Key }) => s3.send(new DeleteObjectCommand({ Bucket: uploadBucket, Key })),
  async "/list"() {
    const at = { Bucket: processedBucket, Prefix: `manifests/${prefix}` };
    const { Contents = [] } = await s3.send(new ListObjectsV2Command(at));
    const newestLast = Contents.toSorted((a, b) => a.LastModified - b.LastModified);
    const keys = newestLast.flatMap(({ Key }) => /^manifests\/(.+)\.json$/.exec(Key)?.[1] ?? []);
    const manifests = await Promise.all(keys.map((key) => images.getManifest(key)));
    return { maxBytes: +MAX_BYTES, images: manifests.filter((found) => found?.renditions).map(toImage) };
  },
};

/** A folder of its own for each upload, so that none replaces another. */
const newKey = (name) => `${prefix}gallery/${randomUUID()}/${name.replaceAll("/", "_")}`;

const sign = (url) => (keyPairId ? signUrl({ url, keyPairId, privateKey }) : url);
const toImage = (manifest) => ({
  key: manifest.source.key,
  problem: manifest.reasonText,
  placeholder: placeholder(manifest),
  picture: picture(manifest, { baseUrl, sign, sizes: "(min-width: 40rem) 20rem, 100vw" }),
});

createServer(async (request, response) => {
  const { method, url, headers } = request;
  try {
    if (method === "GET" && FILES[url]) {
      const file = await readFile(`${import.meta.dirname}/public/${url.slice(1) || "index.html"}`);
      response.setHeader("content-security-policy", POLICY).setHeader("content-type", FILES[url]).end(file);
    } else if (method !== "POST" || !API[url]) response.writeHead(404).end("Not found");
    else if (!ORIGINS.split(" ").includes(headers.origin)) response.writeHead(403).end("Not for this page");
    else response.end(JSON.stringify(await API[url](await json(request))));
  } catch (error) {
    response.writeHead(STATUSES[error.name] ?? 502).end(error.message);
  }
}).listen(port, "127.0.0.1", () => console.log(`gallery at http://127.0.0.1:${port}`));
