import { randomBytes } from "node:crypto";
import {
  DetectFacesCommand,
  DetectLabelsCommand,
  DetectModerationLabelsCommand,
  RekognitionClient,
} from "@aws-sdk/client-rekognition";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type SimulatedRekognition,
  startSimulatedRekognition,
} from "../../src/rekognition/simulated-rekognition.ts";

let simulated: SimulatedRekognition;
let client: RekognitionClient;
beforeAll(async () => {
  simulated = await startSimulatedRekognition();
  client = new RekognitionClient({
    endpoint: simulated.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await simulated.close();
});

const plain = (background: string, width = 120, height = 80) =>
  sharp({ create: { width, height, channels: 3, background } })
    .jpeg()
    .toBuffer();
const labels = (Bytes: Uint8Array, more = {}) =>
  client.send(new DetectLabelsCommand({ Image: { Bytes }, ...more }));
const moderation = (Bytes: Uint8Array, more = {}) =>
  client.send(new DetectModerationLabelsCommand({ Image: { Bytes }, ...more }));

describe("the simulated Rekognition", () => {
  it("labels a picture by its colour and shape, with parents and its own model version", async () => {
    const { Labels = [], LabelModelVersion } = await labels(await plain("#2850c8"));
    expect(LabelModelVersion).toBe("simulated");
    expect(Labels.map(({ Name, Parents }) => [Name, Parents?.[0]?.Name])).toEqual([
      ["Blue", "Colour"],
      ["Colour", undefined],
      ["Landscape", "Shape"],
      ["Shape", undefined],
    ]);
  });

  it.each([
    ["red", "#dc1e1e", ["Graphic Violence", "Violence"]],
    ["magenta", "#dc28c8", ["Explicit Nudity", "Explicit"]],
    ["orange", "#e6821e", ["Female Swimwear or Underwear", "Swimwear or Underwear"]],
    ["green", "#28963c", []],
  ])("moderates a plain %s picture", async (_name, colour, expected) => {
    const { ModerationLabels = [], ModerationModelVersion } = await moderation(await plain(colour));
    expect(ModerationLabels.map(({ Name }) => Name)).toEqual(expected);
    expect(ModerationModelVersion).toBe("simulated");
  });

  it("does not moderate a picture that is not plain, in any colour", async () => {
    const noise = randomBytes(120 * 80 * 3).map((level, index) => (index % 3 === 0 ? 220 : level / 4));
    const picture = sharp(noise, { raw: { width: 120, height: 80, channels: 3 } });
    expect((await moderation(await picture.png().toBuffer())).ModerationLabels).toEqual([]);
  });

  it("applies MinConfidence and MaxLabels", async () => {
    const { ModerationLabels } = await moderation(await plain("#dc1e1e"), { MinConfidence: 100 });
    expect(ModerationLabels).toEqual([]);
    expect((await labels(await plain("#dc1e1e"), { MaxLabels: 1 })).Labels).toHaveLength(1);
  });

  it.each([
    ["no picture", async () => Buffer.from("GIF89a"), "InvalidImageFormatException"],
    ["a cut JPEG", async () => (await plain("#000000")).subarray(0, 40), "InvalidImageFormatException"],
    ["one too small", () => plain("#000000", 79, 200), "InvalidParameterException"],
    ["too many bytes", async () => Buffer.alloc(5 * 1024 * 1024 + 1), "ImageTooLargeException"],
  ])("refuses %s as Rekognition does", async (_name, make, name) => {
    await expect(labels(await make())).rejects.toMatchObject({ name });
  });

  it.each(["!!!", "//8/,,,"])("rejects bytes that are not base64: %s", async (Bytes) => {
    const headers = { "x-amz-target": "RekognitionService.DetectLabels" };
    const body = JSON.stringify({ Image: { Bytes } });
    const answer = await fetch(simulated.endpoint, { method: "POST", headers, body });
    expect(await answer.json()).toMatchObject({ __type: "InvalidParameterException" });
  });

  it("measures the colours as they are shown: without transparency, and a grey picture in all three", async () => {
    const levels = Buffer.alloc(600 * 400 * 2, Buffer.from([128, 20]));
    const grey = sharp(levels, { raw: { width: 600, height: 400, channels: 2 } });
    const { Labels = [] } = await labels(await grey.png().toBuffer());
    expect(Labels[0]).toMatchObject({ Name: "Grey", Confidence: 99 });
  });

  it("rejects other operations", async () => {
    const faces = client.send(new DetectFacesCommand({ Image: { Bytes: await plain("#000000") } }));
    await expect(faces).rejects.toMatchObject({ name: "UnknownOperationException" });
  });
});
