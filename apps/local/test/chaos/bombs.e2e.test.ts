import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { avifOfTiles, jpegOfScans, jpegOfSegments, webpOfFrames } from "@image-pipeline/testing/attacks";
import sharp from "sharp";
import { expect, it } from "vitest";
import { z } from "zod";
import { awsClients, LOCAL_CREDENTIALS } from "../../src/index.ts";
import { type CommandLine, start } from "../command-line.ts";

const UPLOADS = "image-pipeline-local-uploads-000000000000";
const HONEST = 12;
const COPIES = 2;
/** Rounds with bombs and without, in turns, so that other work of the machine meets both alike. */
const ROUNDS = 8;
const MOST_GROWTH = 1.5;

/** Attacks of at most 1.6 MB, as their bytes cost as much as anybody's, with the reason for which each is rejected. */
const BOMBS: readonly { make: () => Promise<Buffer>; reason: string }[] = [
  {
    make: () => avifOfTiles({ rows: 16, columns: 16 }, { width: 5000, height: 3800 }),
    reason: "TOO_MANY_PIXELS",
  },
  { make: () => jpegOfScans(4000, { width: 2000, height: 1500 }), reason: "TOO_MANY_PARTS" },
  { make: () => jpegOfSegments(400_000, { width: 640, height: 480 }), reason: "TOO_MANY_PARTS" },
  { make: () => webpOfFrames(30_000), reason: "TOO_MANY_FRAMES" },
];

const Image = z.object({ key: z.string(), status: z.string(), reason: z.string().nullish(), ms: z.number() });
type Image = z.infer<typeof Image>;

/** Uploads by key; returns each image's result, once all have one. */
async function upload(
  files: ReadonlyMap<string, Buffer>,
  { s3, command }: { s3: S3Client; command: CommandLine },
): Promise<Image[]> {
  const before = imagesOf(command).length;
  await Promise.all(
    [...files].map(([Key, Body]) => s3.send(new PutObjectCommand({ Bucket: UPLOADS, Key, Body }))),
  );
  // Standard output is first in what is seen, a line for each image.
  await command.seen(new RegExp(`^(?:\\{[^\\n]*\\n){${before + files.size}}`));
  return imagesOf(command).slice(before);
}

function imagesOf(command: CommandLine): Image[] {
  const lines = command.stdout().split("\n").slice(0, -1);
  return lines.map((line) => Image.parse(JSON.parse(line)));
}

function honestPictures(): Promise<Buffer[]> {
  return Promise.all(
    Array.from({ length: HONEST }, (_, index) => {
      const background = { r: 9 * index, g: 128, b: 64 };
      return sharp({ create: { width: 1600, height: 1200, channels: 3, background } })
        .jpeg()
        .toBuffer();
    }),
  );
}

/** Returns the 95th percentile of the times. */
function percentile95(images: readonly Image[]): number {
  const times = images.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return times[Math.ceil(0.95 * times.length) - 1] ?? Number.NaN;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;
}

it("bombs of one tenant are each rejected once, and the p95 of honest uploads beside them grows by less than half", async () => {
  const command = start(["--no-samples", "--json", "--port", "0"]);
  const [, endpoint = ""] = await command.seen(/(http:\/\/127\.0\.0\.1:\d+)\n/);
  const { s3 } = awsClients({ endpoint, region: "us-east-1", credentials: LOCAL_CREDENTIALS });
  const pictures = await honestPictures();
  const bombs = await Promise.all(BOMBS.map(async ({ make, reason }) => ({ data: await make(), reason })));
  const honestOf = (round: string) =>
    pictures.map((data, index) => [`honest/${round}-${index}.jpg`, data] as const);
  const bombsOf = (round: number) =>
    Array.from({ length: COPIES }, (_, copy) =>
      bombs.map(({ data, reason }) => [`bomber/${round}-${copy}-${reason}-${data.length}`, data] as const),
    ).flat();

  // The functions and their engines start in a round that does not count.
  await upload(new Map(honestOf("warm")), { s3, command });
  const [alone, beside] = [[] as number[], [] as number[]];
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(percentile95(await upload(new Map(honestOf(`${round}-alone`)), { s3, command })));
    // The bombs are first in the queue.
    const files = new Map([...bombsOf(round), ...honestOf(`${round}-beside`)]);
    const images = await upload(files, { s3, command });
    const isHonest = ({ key }: Image) => key.startsWith("honest/");
    const honest = images.filter(isHonest);
    expect(honest.map(({ status }) => status)).toEqual(pictures.map(() => "processed"));
    const rejected = images.filter((image) => !isHonest(image));
    expect(rejected.map(({ key, reason }) => key.includes(`-${reason}-`))).toEqual(rejected.map(() => true));
    expect(new Set(rejected.map(({ key }) => key)).size).toBe(COPIES * BOMBS.length);
    beside.push(percentile95(honest));
  }
  const [before, after] = [median(alone), median(beside)];
  process.stdout.write(
    `bombs: honest p95 ${before} ms alone, ${after} ms beside ${COPIES * BOMBS.length} bombs\n`,
  );
  expect(after / before).toBeLessThan(MOST_GROWTH);
});
