import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  paginateListParts,
  UploadPartCommand,
  type UploadPartCommandInput,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { checkedKey, createUpload, newKey, UPLOAD_SECONDS, type UploadPlace } from "./create-upload.ts";
import { UploadRefused } from "./upload-refused.ts";

/** S3's smallest part, except for the last one. */
const MIN_PART_BYTES = 5 * 1024 * 1024;
const CHECKSUM_HEADERS = ["x-amz-checksum-crc32", "x-amz-sdk-checksum-algorithm"];
const LIFE = { expiresIn: UPLOAD_SECONDS };

/** A request that `@uppy/aws-s3` 6 wants to have signed: its option `signRequest` sends this to your server. */
export interface UppyRequest {
  method: string;
  key: string;
  contentType?: string;
  uploadId?: string;
  partNumber?: number;
}

/** The answer that `@uppy/aws-s3` takes: an address, the key that was chosen, and the fields of a form. */
export interface SignedRequest {
  url: string;
  key?: string;
  fields?: Record<string, string>;
}

/**
 * Signs one request of `@uppy/aws-s3`: a form for a small file, and the requests of a multipart upload for a large one. The key
 * of a new object is chosen here, and only the extension is the client's. A multipart upload with too many bytes is removed
 * instead of completed.
 *
 * @throws {UploadRefused} for any other request, and for too many bytes
 */
export async function signRequest(place: UploadPlace, request: UppyRequest): Promise<SignedRequest> {
  const { method, uploadId, partNumber } = request;
  const { s3 } = place;
  if (uploadId === undefined) return signNew(place, request);
  const at = { Bucket: place.uploadBucket, Key: checkedKey(place, request.key), UploadId: uploadId };
  if (method === "PUT" && partNumber !== undefined) {
    checkPartNumber(place, partNumber);
    return { url: await getSignedUrl(s3, uploadPart({ ...at, PartNumber: partNumber }), LIFE) };
  }
  if (method === "GET") return { url: await getSignedUrl(s3, new ListPartsCommand(at), LIFE) };
  if (method === "DELETE") return { url: await getSignedUrl(s3, new AbortMultipartUploadCommand(at), LIFE) };
  if (method !== "POST") throw new UploadRefused(`cannot sign a ${method} request`);
  await checkSize(place, at);
  return { url: await getSignedUrl(s3, new CompleteMultipartUploadCommand(at), LIFE) };
}

async function signNew(place: UploadPlace, { method, key, contentType = "" }: UppyRequest) {
  if (method === "PUT") return createUpload(place, { contentType, name: key });
  if (method !== "POST") throw new UploadRefused(`cannot sign a ${method} request`);
  const chosen = newKey(place, key);
  const command = new CreateMultipartUploadCommand({ Bucket: place.uploadBucket, Key: chosen });
  return { url: await getSignedUrl(place.s3, command, LIFE), key: chosen };
}

/** Without the checksum that the SDK adds: it would be the one of an empty part, since the bytes are not known here. */
function uploadPart(input: UploadPartCommandInput): UploadPartCommand {
  const command = new UploadPartCommand(input);
  command.middlewareStack.add(
    (next) => (args) => {
      for (const name of CHECKSUM_HEADERS) removeHeader(args.request, name);
      return next(args);
    },
    { step: "build", priority: "low" },
  );
  return command;
}

function removeHeader(request: unknown, name: string): void {
  const hasHeaders = typeof request === "object" && request !== null && "headers" in request;
  if (hasHeaders && typeof request.headers === "object" && request.headers !== null)
    Reflect.deleteProperty(request.headers, name);
}

function checkPartNumber({ maxBytes }: UploadPlace, partNumber: number): void {
  if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > Math.ceil(maxBytes / MIN_PART_BYTES))
    throw new UploadRefused(`the file must have at most ${maxBytes} bytes`);
}

async function checkSize(
  { s3, maxBytes }: UploadPlace,
  at: { Bucket: string; Key: string; UploadId: string },
) {
  let bytes = 0;
  for await (const { Parts = [] } of paginateListParts({ client: s3 }, at))
    for (const { Size = 0 } of Parts) bytes += Size;
  if (bytes <= maxBytes) return;
  await s3.send(new AbortMultipartUploadCommand(at));
  throw new UploadRefused(`the file must have at most ${maxBytes} bytes`);
}
