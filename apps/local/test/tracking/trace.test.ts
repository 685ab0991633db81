import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { expect, it, onTestFinished } from "vitest";
import { awsClients, LOCAL_CREDENTIALS } from "../../src/services/clients.ts";
import { startLocalServices } from "../../src/services/local-services.ts";
import { traceUpload } from "../../src/tracking/trace.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const PLACES = {
  uploadBucket: "uploads",
  uploadPrefix: "",
  processedBucket: "processed",
  resultsTopicArn: "arn:aws:sns:us-east-1:000000000000:results",
  deadLetterQueues: [],
};

it.each([undefined, "garbage", "{}", "", '{"status":"processed"}'])(
  "finds no result of an upload whose manifest is %j, and does not fail",
  async (manifest) => {
    const services = await startLocalServices(temporaryFolder());
    const { s3, close } = awsClients({
      endpoint: services.endpoint,
      region: "us-east-1",
      credentials: LOCAL_CREDENTIALS,
    });
    onTestFinished(async () => {
      close();
      await services.close();
    });
    await s3.send(new CreateBucketCommand({ Bucket: "processed" }));
    if (manifest !== undefined)
      await s3.send(
        new PutObjectCommand({ Bucket: "processed", Key: "manifests/a.jpg.json", Body: manifest }),
      );
    const upload = { key: "a.jpg", sequencer: "05", bytes: 1, at: 0 };
    expect(await traceUpload(upload, { places: PLACES, s3 })).toBeUndefined();
  },
);
