import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { startFauxqs } from "fauxqs";
import { expect, it, onTestFinished } from "vitest";
import { NO_PROGRESS, type Progress } from "../src/progress.ts";
import { s3ProgressStore } from "../src/s3-progress-store.ts";

const PROGRESS: Progress = {
  ...NO_PROGRESS,
  pass: {
    startedAt: "2026-01-02T00:00:00.000Z",
    prefix: "",
    after: "a b+ü.jpg",
    runs: 1,
    images: 3,
    gaps: { missing: 1, orphaned: 0, corrupt: 0 },
  },
};

it("reads its own progress, undefined before the first, and reports any other object as unreadable", async () => {
  const server = await startFauxqs({ port: 0, logger: false });
  onTestFinished(() => server.stop());
  const client = new S3Client({
    endpoint: `http://127.0.0.1:${server.port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    forcePathStyle: true,
  });
  await client.send(new CreateBucketCommand({ Bucket: "processed" }));
  const store = s3ProgressStore(client, "processed");
  expect(await store.read()).toBeUndefined();
  await store.write(PROGRESS);
  expect(await store.read()).toEqual(PROGRESS);
  for (const Body of ["no JSON", JSON.stringify({ ...PROGRESS, schema: "audit-progress.v9" })]) {
    await client.send(new PutObjectCommand({ Bucket: "processed", Key: "audit/progress.json", Body }));
    expect(await store.read()).toBe("unreadable");
  }
});
