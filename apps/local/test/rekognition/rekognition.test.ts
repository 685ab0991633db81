import { describe, expect, it, onTestFinished, vi } from "vitest";
import { openRekognition } from "../../src/rekognition/rekognition.ts";
import { lambdaOf } from "../function-factory.ts";

const analyzer = () => lambdaOf("async () => {}", { environment: { ANALYSIS: "{}" } });
const worker = () => lambdaOf("async () => {}");

describe("openRekognition", () => {
  it("starts a simulated one, for which any credentials will do", async () => {
    const rekognition = await openRekognition("simulated", "us-east-1");
    onTestFinished(rekognition.close);
    expect(rekognition.endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(rekognition.description).toContain("simulated");
    expect(rekognition.credentialsFor(analyzer())).toBeUndefined();
  });

  it("uses the real service with the user's credentials, and only for the function that needs it", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "mine");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
    onTestFinished(() => void vi.unstubAllEnvs());
    const rekognition = await openRekognition("aws", "eu-west-1");
    expect(rekognition.endpoint).toBe("https://rekognition.eu-west-1.amazonaws.com");
    expect(rekognition.credentialsFor(analyzer())).toMatchObject({ accessKeyId: "mine" });
    expect(rekognition.credentialsFor(worker())).toBeUndefined();
  });
});
