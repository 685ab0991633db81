import { expect, it } from "vitest";
import { toAdvice, toHeader } from "../../src/cli/guide.ts";

const PLACES = {
  uploadBucket: "image-pipeline-local-uploads-000000000000",
  uploadPrefix: "in/",
  processedBucket: "image-pipeline-local-processed-000000000000",
  resultsTopicArn: "",
  deadLetterQueues: [],
};
const guided = {
  endpoint: "http://127.0.0.1:4566",
  edgeEndpoint: "http://127.0.0.1:4567",
  signingKey: { keyPairId: "K1", path: "/tmp/run/key.pem" },
  places: PLACES,
  rekognition: null,
  environment: "prod",
  example: { name: "gallery", url: "http://127.0.0.1:3000" },
  logs: "/tmp/run/logs",
};

it("prints the endpoint first, and the address of the example last", () => {
  expect(toHeader(guided, undefined)).toBe(
    [
      "S3, SNS, SQS   http://127.0.0.1:4566",
      "CloudFront     http://127.0.0.1:4567",
      "sign as        K1, /tmp/run/key.pem",
      "upload to      s3://image-pipeline-local-uploads-000000000000/in/",
      "results in     s3://image-pipeline-local-processed-000000000000/",
      "settings of    prod",
      "function logs  /tmp/run/logs",
      "gallery        http://127.0.0.1:3000",
      "",
    ].join("\n"),
  );
});

it("puts an address below its label when the terminal is too narrow for both", () => {
  const lines = toHeader(guided, 54).split("\n");
  expect(lines.filter((line) => line.length > 54)).toEqual([]);
  expect(lines).toContain("  s3://image-pipeline-local-uploads-000000000000/in/");
});

it("gives commands that upload and list", () => {
  expect(toAdvice(guided)).toContain(
    "aws s3 cp photo.jpg s3://image-pipeline-local-uploads-000000000000/in/\n",
  );
});
