import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { extname, join } from "node:path";
import { sendText } from "./send.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};
const ASSET = /^\/assets\/[\w.-]+$/;

/** Sends a file of the built page. Every address that is not a file's is one of the page's own views. */
export async function sendPage(folder: string, path: string, response: ServerResponse): Promise<void> {
  const isAsset = ASSET.test(path);
  const name = isAsset ? path : "/index.html";
  const file = await readFile(join(folder, name)).catch(() => undefined);
  if (file === undefined && isAsset) return sendText(response, "there is no such file\n", 404);
  if (file === undefined) {
    response.setHeader("refresh", "1");
    return sendText(response, "The console is being built. This page loads again by itself.\n", 503);
  }
  // The name of an asset has the hash of its content.
  const caching = isAsset ? "public, max-age=31536000, immutable" : "no-cache";
  const type = TYPES[extname(name)] ?? "application/octet-stream";
  response.writeHead(200, { "content-type": type, "cache-control": caching });
  response.end(file);
}
