import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { onTestFinished } from "vitest";
import { RENDITIONS } from "../renditions.ts";

const MANIFEST = {
  status: "processed",
  renditions: RENDITIONS,
  facts: { thumbhash: "1QcSHQRnh493V4dIh4eXh1h4kJUI", dominantColour: "#8a7f6e" },
};
const TYPES: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };

/** Serves the files of a folder, and the manifest of `photos/cat.jpg` as the delivery stack does. @returns its address */
export async function serveImages(
  folder: string,
  edit = (text: string, _baseUrl: string) => text,
): Promise<string> {
  let baseUrl = "";
  const server = createServer(async ({ url = "/" }, response) => {
    const { pathname } = new URL(url, "http://localhost");
    if (pathname === "/manifests/photos/cat.jpg.json") return response.end(JSON.stringify(MANIFEST));
    const name = pathname === "/" ? "/index.html" : pathname;
    try {
      const content = await readFile(join(folder, name));
      response.setHeader("content-type", TYPES[extname(name)] ?? "application/octet-stream");
      return response.end(extname(name) === ".html" ? edit(content.toString(), baseUrl) : content);
    } catch {
      response.statusCode = 404;
      return response.end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  baseUrl = `http://127.0.0.1:${address.port}`;
  return baseUrl;
}
