import { afterEach, describe, expect, test } from "vitest";
import { rekognitionDetector } from "../src/rekognition-detector.ts";
import { startRekognition } from "./rekognition-server.ts";

const PICTURE = new Uint8Array([0xff, 0xd8, 0xff]);

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());
async function detectorOver(answer: Parameters<typeof startRekognition>[0]) {
  const server = await startRekognition(answer);
  close = server.close;
  return rekognitionDetector(server.client);
}

describe("Rekognition's answers", () => {
  test("of labels have their parents and the model's version", async () => {
    const inputs: unknown[] = [];
    const detector = await detectorOver((operation, input) => {
      inputs.push(operation, input);
      return {
        body: {
          LabelModelVersion: "3.0",
          Labels: [{ Name: "Cat", Confidence: 99.5, Parents: [{ Name: "Animal" }, { Name: "Pet" }] }],
        },
      };
    });
    expect(await detector.labels(PICTURE, 75)).toEqual({
      model: "3.0",
      labels: [{ name: "Cat", confidence: 99.5, parents: ["Animal", "Pet"] }],
    });
    const Bytes = Buffer.from(PICTURE).toString("base64");
    expect(inputs).toEqual(["DetectLabels", { Image: { Bytes }, MinConfidence: 75, MaxLabels: 100 }]);
  });

  test("of moderation have every label above them", async () => {
    const inputs: unknown[] = [];
    const detector = await detectorOver((operation, input) => {
      inputs.push(operation, input);
      return {
        body: {
          ModerationModelVersion: "7.0",
          ModerationLabels: [
            { Name: "Explosions", ParentName: "Graphic Violence", Confidence: 90, TaxonomyLevel: 3 },
            { Name: "Graphic Violence", ParentName: "Violence", Confidence: 90, TaxonomyLevel: 2 },
            { Name: "Violence", ParentName: "", Confidence: 90, TaxonomyLevel: 1 },
          ],
        },
      };
    });
    const { model, labels } = await detector.moderation(PICTURE, 60);
    expect(model).toBe("7.0");
    expect(labels.map(({ parents }) => parents)).toEqual([
      ["Graphic Violence", "Violence"],
      ["Violence"],
      [],
    ]);
    expect(inputs[0]).toBe("DetectModerationLabels");
  });
});

describe("Rekognition's errors", () => {
  test.each([
    [400, "ThrottlingException", "ANALYSIS_UNAVAILABLE"],
    [400, "ProvisionedThroughputExceededException", "ANALYSIS_UNAVAILABLE"],
    [500, "InternalServerError", "ANALYSIS_UNAVAILABLE"],
    [503, "ServiceUnavailable", "ANALYSIS_UNAVAILABLE"],
    [400, "AccessDeniedException", "ANALYSIS_DENIED"],
    [400, "UnrecognizedClientException", "ANALYSIS_DENIED"],
    [403, "Forbidden", "ANALYSIS_DENIED"],
    [400, "InvalidParameterException", "ANALYSIS_MISCALLED"],
  ])("%d %s is %s", async (status, type, code) => {
    const detector = await detectorOver(() => ({ status, body: { __type: type, Message: "no" } }));
    await expect(detector.labels(PICTURE, 75)).rejects.toMatchObject({ code });
    await expect(detector.moderation(PICTURE, 75)).rejects.toMatchObject({ code });
  });

  test.each(["InvalidImageFormatException", "ImageTooLargeException"])(
    "%s is the picture's own fault",
    async (type) => {
      const detector = await detectorOver(() => ({ status: 400, body: { __type: type, Message: "no" } }));
      await expect(detector.moderation(PICTURE, 75)).rejects.toMatchObject({ name: "PictureRefused" });
    },
  );

  test("a cut connection is an unavailable service", async () => {
    const detector = await detectorOver(() => "reset");
    await expect(detector.labels(PICTURE, 75)).rejects.toMatchObject({ code: "ANALYSIS_UNAVAILABLE" });
  });
});
