import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import sharp from "sharp";
import { expect, it } from "vitest";
import { awsClients, LOCAL_CREDENTIALS } from "../../src/index.ts";
import { start } from "../command-line.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const IMAGES = 150;
const UPLOADS = "image-pipeline-local-uploads-000000000000";
const PROCESSED = "image-pipeline-local-processed-000000000000";

/** Small pictures, all different. */
function pictures(count: number): Promise<Buffer[]> {
  return Promise.all(
    Array.from({ length: count }, (_, index) =>
      sharp({
        create: { width: 64, height: 48, channels: 3, background: { r: index % 256, g: index >> 8, b: 7 } },
      })
        .jpeg()
        .toBuffer(),
    ),
  );
}

it("processes a burst of images completely, without a message in a DLQ", async () => {
  const folder = join(temporaryFolder(), "burst");
  mkdirSync(folder);
  for (const [index, data] of (await pictures(IMAGES)).entries())
    writeFileSync(join(folder, `${index}.jpg`), data);
  const command = start(["--exit", "--json", "--port", "0", folder]);
  expect(await command.ended).toBe(0);
  const lines: { status: string }[] = command
    .stdout()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.filter(({ status }) => status === "processed")).toHaveLength(IMAGES);
  expect(lines).toHaveLength(IMAGES);
});

it("completes a burst after a kill -9 of the whole runtime in the middle of it", async () => {
  const data = join(temporaryFolder(), "data");
  const bodies = await pictures(IMAGES);
  const first = start(["--no-samples", "--port", "0", "--data-dir", data]);
  const [, endpoint = ""] = await first.seen(/(http:\/\/127\.0\.0\.1:\d+)\n/);
  const s3At = (url: string) =>
    awsClients({ endpoint: url, region: "us-east-1", credentials: LOCAL_CREDENTIALS }).s3;
  const s3 = s3At(endpoint);
  await Promise.all(
    bodies.map((Body, index) =>
      s3.send(new PutObjectCommand({ Bucket: UPLOADS, Key: `${index}.jpg`, Body })),
    ),
  );
  await first.seen(/(?:\nprocessed[\s\S]*?){5}/);
  first.signal("SIGKILL");
  await first.ended;

  const second = start(["--exit", "--no-samples", "--port", "0", "--data-dir", data]);
  expect(await second.ended).toBe(0);

  const third = start(["--no-samples", "--port", "0", "--data-dir", data]);
  const [, again = ""] = await third.seen(/(http:\/\/127\.0\.0\.1:\d+)\n/);
  const reader = s3At(again);
  const states = await Promise.all(
    bodies.map(async (_, index) => {
      const { Body } = await reader.send(
        new GetObjectCommand({ Bucket: PROCESSED, Key: `manifests/${index}.jpg.json` }),
      );
      return JSON.parse((await Body?.transformToString()) ?? "").status;
    }),
  );
  expect(states).toEqual(bodies.map(() => "processed"));
});
