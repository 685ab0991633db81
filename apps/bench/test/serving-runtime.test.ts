import { expect, it } from "vitest";
import { toPlace } from "../src/burst/serving-runtime.ts";

const ENDPOINT = "S3, SNS, SQS   http://127.0.0.1:45025\n";
const BUCKET = "upload to      s3://my-uploads/photos/\n";

it("the place to upload to is read from the lines of `start`, once all of them are there", () => {
  const place = { endpoint: "http://127.0.0.1:45025", bucket: "my-uploads", prefix: "photos/" };
  expect(toPlace(`building functions and stacks\n${ENDPOINT}${BUCKET}`)).toEqual(place);
  expect(toPlace(`${ENDPOINT}upload to      s3://my-upl`)).toBeUndefined();
  expect(toPlace(ENDPOINT)).toBeUndefined();
});
