import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import * as z from "zod";
import { guardedServer } from "../net/guarded-server.ts";
import { listen } from "../net/listen.ts";
import { keepingLook } from "./look-at.ts";
import { type Seen, toLabels, toModerationLabels } from "./recognise.ts";

const TARGET = "RekognitionService.";
const MAX_PICTURE_BYTES = 5 * 1024 * 1024;
const MIN_SIDE = 80;
const MAX_SIDE = 10_000;
/** The version of the model in answers, so that they are not mistaken for Rekognition's. */
const VERSION = "simulated";

/** Node.js skips characters that are not base64, so that the picture is shorter then. A pattern takes longer than everything else here. */
const Base64 = z.string().transform((text, { issues }) => {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length !== Buffer.byteLength(text, "base64"))
    issues.push({ code: "custom", message: "not base64", input: text });
  return bytes;
});

const Input = z.object({
  Image: z.object({ Bytes: Base64 }),
  MinConfidence: z.number().min(0).max(100).default(50),
  MaxLabels: z.int().positive().default(1000),
});

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

/** A simulated Rekognition. */
export interface SimulatedRekognition {
  endpoint: string;
  close(): Promise<void>;
}

/**
 * Starts a simulated Amazon Rekognition: its wire protocol (AWS JSON 1.1), limits and errors, for pictures sent as bytes.
 * It recognises only colour and shape (`recognise.ts`), always the same in the same bytes.
 */
export async function startSimulatedRekognition(): Promise<SimulatedRekognition> {
  const server = guardedServer(async (request, response) => {
    const { status, body } = await answer(request).catch(internalFault);
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(body));
  });
  const endpoint = await listen(server, [0]);
  return {
    endpoint,
    async close() {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      server.closeAllConnections();
      await promise;
    },
  };
}

async function answer(request: IncomingMessage): Promise<Answer> {
  const target = String(request.headers["x-amz-target"] ?? "");
  const input = Input.safeParse(parse(await text(request)));
  const detect = target.startsWith(TARGET) ? OPERATIONS[target.slice(TARGET.length)] : undefined;
  if (!detect) return fault("UnknownOperationException", `unknown operation ${target}`);
  if (!input.success) return fault("InvalidParameterException", "Request has invalid parameters");
  return detect(input.data);
}

const OPERATIONS: Readonly<Record<string, (input: z.infer<typeof Input>) => Promise<Answer>>> = {
  DetectLabels: (input) =>
    detect(input, toLabels, (seen) => ({
      LabelModelVersion: VERSION,
      Labels: seen.map(({ name, parent, confidence }) => ({
        Name: name,
        Confidence: confidence,
        Parents: parent === "" ? [] : [{ Name: parent }],
        Instances: [],
      })),
    })),
  DetectModerationLabels: (input) =>
    detect(input, toModerationLabels, (seen) => ({
      ModerationModelVersion: VERSION,
      ModerationLabels: seen.map(({ name, parent, confidence }) => ({
        Name: name,
        ParentName: parent,
        Confidence: confidence,
        TaxonomyLevel: parent === "" ? 1 : 2,
      })),
    })),
};

const lookAt = keepingLook();

async function detect(
  { Image, MinConfidence, MaxLabels }: z.infer<typeof Input>,
  recognise: (sight: NonNullable<Awaited<ReturnType<typeof lookAt>>>) => Seen[],
  toBody: (seen: Seen[]) => Record<string, unknown>,
): Promise<Answer> {
  const bytes = Image.Bytes;
  if (bytes.length > MAX_PICTURE_BYTES) return fault("ImageTooLargeException", "Image size is too large");
  const sight = await lookAt(bytes);
  if (!sight) return fault("InvalidImageFormatException", "Request has invalid image format");
  const { width, height } = sight;
  if (Math.min(width, height) < MIN_SIDE || Math.max(width, height) > MAX_SIDE)
    return fault("InvalidParameterException", `${width} x ${height} pixels are outside the limits`);
  const seen = recognise(sight).filter(({ confidence }) => confidence >= MinConfidence);
  return { status: 200, body: toBody(seen.slice(0, MaxLabels)) };
}

function fault(type: string, message: string): Answer {
  return { status: 400, body: { __type: type, Message: `${message} (simulated Rekognition)` } };
}

function internalFault(error: unknown): Answer {
  return { ...fault("InternalServerError", String(error)), status: 500 };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
