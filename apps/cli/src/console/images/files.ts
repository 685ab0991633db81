import { Readable } from "node:stream";
import { pipeline as pump } from "node:stream/promises";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { isProcessed } from "@image-pipeline/audit";
import type { Uploaded } from "@image-pipeline/console/api/images";
import { isNotFound } from "@image-pipeline/schema/aws";
import { USAGE, UserFault } from "@image-pipeline/schema/user-fault";
import type { OpenPipeline } from "../../connection/open-pipeline.ts";
import type { RawRequest } from "../area.ts";
import { sendText } from "../send.ts";

/** Types that a browser shows as a picture, and never as a page with scripts. */
const PICTURES = ["image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"];
/** S3 refuses longer keys. */
const MAX_KEY_BYTES = 1024;

/** Sends a source or a rendition. Nothing else of either bucket can be asked for, above all no secret. */
export async function sendFile(
  { connection, sources }: OpenPipeline,
  { query, response, signal }: RawRequest,
): Promise<void> {
  const { s3, names, accountId, pipeline } = connection;
  const key = query.get("key") ?? "";
  const isRendition = query.get("kind") === "rendition";
  const start = isRendition ? "renditions/" : pipeline.uploads.prefix;
  if (!key.startsWith(start)) return sendText(response, "there is no such picture\n", 404);
  const Bucket = isRendition ? names.processedBucket(accountId) : sources.bucket;
  try {
    const {
      Body,
      ContentType = "",
      ContentLength,
    } = await s3.send(new GetObjectCommand({ Bucket, Key: key }), { abortSignal: signal });
    const isPicture = PICTURES.includes(ContentType);
    response.writeHead(200, {
      "content-type": isPicture ? ContentType : "application/octet-stream",
      ...(!isPicture && { "content-disposition": "attachment" }),
      ...(ContentLength !== undefined && { "content-length": ContentLength }),
      // A rendition's key changes with its content.
      "cache-control": isRendition ? "private, max-age=31536000, immutable" : "no-cache",
    });
    if (Body instanceof Readable) await pump(Body, response).catch(() => response.destroy());
  } catch (error) {
    if (isNotFound(error)) return sendText(response, "there is no such picture\n", 404);
    throw error;
  }
}

/**
 * Uploads a file that was dropped on the page. An image that exists is never replaced.
 *
 * @throws {UserFault} for a key that is not processed, or that exists
 */
export async function upload(
  { connection, sources }: OpenPipeline,
  { query, request, signal }: RawRequest,
): Promise<Uploaded & { bytes: number }> {
  const key = query.get("key") ?? "";
  const { uploads } = connection.pipeline;
  if (!isProcessed(key, uploads) || key === "" || Buffer.byteLength(key) > MAX_KEY_BYTES)
    throw new UserFault(
      `"${key}" would not be processed: a key is at most ${MAX_KEY_BYTES} bytes, starts with "${uploads.prefix}"${
        uploads.suffixes.length > 0 ? `, and ends with ${uploads.suffixes.join(", ")}` : ""
      }`,
      USAGE,
    );
  const bytes = Number(request.headers["content-length"]);
  const command = new PutObjectCommand({
    Bucket: sources.bucket,
    Key: key,
    Body: request,
    ContentLength: bytes,
    ContentType: request.headers["content-type"] ?? "application/octet-stream",
    IfNoneMatch: "*",
  });
  try {
    await connection.s3.send(command, { abortSignal: signal });
  } catch (error) {
    if (error instanceof Error && error.name === "PreconditionFailed")
      throw new UserFault(`there is already an image "${key}": rename the file, or delete the image first`);
    throw error;
  }
  return { key, bytes };
}
