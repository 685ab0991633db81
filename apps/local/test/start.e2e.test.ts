import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { Manifest, ResultEvent } from "@image-pipeline/schema";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { samplePhotographs } from "../src/cli/samples.ts";
import { awsClients, LOCAL_CREDENTIALS } from "../src/services/clients.ts";
import { isRunning, start } from "./command-line.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { answer, type Received, receiver } from "./webhook/receiver.ts";
import { TEST_LIMIT_MILLISECONDS } from "./while-progressing.ts";

const UPLOADS = "image-pipeline-local-uploads-000000000000";
const PROCESSED = "image-pipeline-local-processed-000000000000";
const ENDPOINT = /(http:\/\/127\.0\.0\.1:\d+)\n/;

const schemaFile = fileURLToPath(
  import.meta.resolve("@image-pipeline/schema/json-schema/image-manifest.v1.json"),
);
const ajv = new Ajv2020();
addFormats.default(ajv);
const isManifest = ajv.compile(JSON.parse(readFileSync(schemaFile, "utf8")));

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, "utf8"));
const s3At = (endpoint = "") =>
  awsClients({ endpoint, region: "us-east-1", credentials: LOCAL_CREDENTIALS }).s3;
const plainImage = () =>
  sharp({ create: { width: 60, height: 40, channels: 3, background: "#336699" } }).jpeg();

/** A picture on its side, with a place in its metadata. */
async function writeSidewaysImage(path: string): Promise<void> {
  const exif = { IFD0: { Make: "Maker" }, IFD3: { GPSLatitudeRef: "N", GPSLatitude: "51/1 30/1 0/1" } };
  await plainImage().withExif(exif).withMetadata({ orientation: 6 }).toFile(path);
}

describe("start --exit --json --out --webhook", { timeout: TEST_LIMIT_MILLISECONDS }, () => {
  const lines: Record<
    string,
    {
      key: string;
      status: string;
      reason: string | null;
      manifestKey: string;
      ms: number;
      renditions: object[];
    }
  > = {};
  const input = temporaryFolder(afterAll);
  const out = join(temporaryFolder(afterAll), "OUT");
  let code: number | null = null;
  let stdout = "";
  let stderr = "";
  let received: readonly Received[] = [];

  beforeAll(async () => {
    writeFileSync(join(input, "notes.jpg"), "These are notes, not pixels.");
    writeFileSync(join(input, "empty.png"), "");
    await writeSidewaysImage(join(input, "side ways+ü.jpg"));
    const photographs = samplePhotographs().map(({ path, key }) => {
      writeFileSync(join(input, key), readFileSync(path));
      return key;
    });
    expect(photographs).toHaveLength(4);
    const webhook = await receiver([answer(503), answer(204)], afterAll);
    const command = start(
      ["--exit", "--json", "--port", "0", "--out", out, "--webhook", webhook.url, input],
      afterAll,
    );
    code = await command.ended;
    stdout = command.stdout();
    stderr = command.stderr();
    received = webhook.received;
    for (const line of stdout.trim().split("\n")) {
      const image = JSON.parse(line);
      lines[image.key] = image;
    }
  }, TEST_LIMIT_MILLISECONDS);

  it("ends well, with one line of JSON for each image and nothing else on stdout", () => {
    expect(code).toBe(0);
    expect(Object.keys(lines)).toHaveLength(7);
    expect(stdout.trim().split("\n")).toHaveLength(7);
  });

  it("processes every photograph into every preset and format", () => {
    const processed = Object.values(lines).filter(({ status }) => status === "processed");
    expect(processed).toHaveLength(5);
    for (const { renditions, ms, reason } of processed) {
      expect([renditions.length, reason]).toEqual([10, null]);
      expect(ms).toBeGreaterThan(0);
    }
  });

  it("rejects what is no picture, with the reason", () => {
    expect(lines["notes.jpg"]).toMatchObject({
      status: "rejected",
      reason: "UNSUPPORTED_FORMAT",
      renditions: [],
    });
    expect(lines["empty.png"]).toMatchObject({ status: "rejected", reason: "EMPTY_OBJECT", renditions: [] });
  });

  it("copies manifests that the published JSON Schema takes, whatever the key", () => {
    for (const { key, manifestKey } of Object.values(lines)) {
      const manifest = readJson(join(out, manifestKey));
      expect(isManifest(manifest), `${key}: ${ajv.errorsText(isManifest.errors)}`).toBe(true);
      expect(Manifest.parse(manifest).source.key).toBe(key);
    }
  });

  it("copies every rendition, of the size and content that its manifest says, oriented, in sRGB and free of metadata", async () => {
    for (const { manifestKey } of Object.values(lines)) {
      for (const { key, width, height, bytes, sha256 } of Manifest.parse(readJson(join(out, manifestKey)))
        .renditions) {
        const data = readFileSync(join(out, key));
        const picture = await sharp(data).metadata();
        expect(picture).toMatchObject({ width, height, space: "srgb" });
        for (const name of ["exif", "xmp", "iptc", "orientation"]) expect(picture).not.toHaveProperty(name);
        expect([data.length, createHash("sha256").update(data).digest("hex")]).toEqual([bytes, sha256]);
      }
    }
  });

  it("delivers the result event of every image to the webhook, again where it was not taken", () => {
    const events = received.map(({ body }) => ResultEvent.parse(JSON.parse(body)));
    const ended = events.filter(({ type }) => ["image.processed", "image.rejected"].includes(type));
    expect(new Set(ended.map(({ subject }) => subject))).toEqual(new Set(Object.keys(lines)));
    expect(received.map(({ headers }) => headers["webhook-id"])).toEqual(events.map(({ id }) => id));
    const again = received.filter(({ headers }) => headers["webhook-attempt"] === "2");
    expect(again.map(({ body }) => body)).toEqual([received[0]?.body]);
    expect(stderr.split("\n")).toContain(`webhook: ${received.length - again.length} delivered`);
  });

  it("turns a picture that lies on its side", () => {
    const manifest = Manifest.parse(readJson(join(out, "manifests/side ways+ü.jpg.json")));
    expect(manifest).toMatchObject({ facts: { width: 40, height: 60 } });
  });
});

describe("start", { timeout: TEST_LIMIT_MILLISECONDS }, () => {
  it("serves S3 clients, tells what becomes of their uploads, and leaves no process behind on Ctrl-C", async () => {
    const command = start(["--no-samples", "--port", "0"]);
    const [, endpoint] = await command.seen(ENDPOINT);
    const s3 = s3At(endpoint);
    await s3.send(
      new PutObjectCommand({ Bucket: UPLOADS, Key: "photos/one.jpg", Body: await plainImage().toBuffer() }),
    );
    await command.seen(/processed +photos\/one\.jpg/);
    const functions = command.descendants();
    expect(functions.length).toBeGreaterThanOrEqual(2);
    command.signal("SIGINT");
    expect(await command.ended).toBe(130);
    expect(functions.filter(isRunning)).toEqual([]);
    expect(command.stderr()).toBe("");
  });

  it("processes on when the webhook takes nothing, says so in one line, and ends with 1", async () => {
    const { url } = await receiver([answer(410)]);
    const file = join(temporaryFolder(), "a.jpg");
    await plainImage().toFile(file);
    const command = start(["--exit", "--port", "0", "--webhook", url, file]);
    expect(await command.ended).toBe(1);
    expect(command.stdout()).toMatch(/^processed +a\.jpg /m);
    expect(command.stdout()).toMatch(/^analyzed +a\.jpg .* \(simulated\)$/m);
    expect(command.stdout()).toMatch(/\n1 image in .*\nwebhook: 0 delivered, \d+ not delivered\n$/);
    const complaints = command.stderr().trimEnd().split("\n");
    const why = 'of "a.jpg" not delivered: it answered 410 (1 of 6 attempts)';
    expect(complaints).toContain(`webhook: image.processed ${why}`);
    expect(complaints.filter((line) => !line.endsWith(why))).toEqual([]);
  });

  it("leaves no process behind on Ctrl-C in the middle of the build", async () => {
    const command = start(["--no-samples", "--port", "0"]);
    await command.seen(/building the functions/);
    const build = command.descendants();
    command.signal("SIGINT");
    expect(await command.ended).toBe(130);
    expect([build.length > 0, build.filter(isRunning)]).toEqual([true, []]);
    expect(command.stderr()).toBe("");
  });

  it("goes on from its data directory, even after a kill -9, and loses nothing that it acknowledged", async () => {
    const data = join(temporaryFolder(), "data");
    const first = start(["--no-samples", "--port", "0", "--data-dir", data]);
    const [, endpoint] = await first.seen(ENDPOINT);
    // Every other one goes through the workflow.
    const keys = Array.from({ length: 8 }, (_, index) => `${index % 2 ? "review/" : ""}image ${index}.jpg`);
    const Body = await plainImage().toBuffer();
    await Promise.all(
      keys.map((Key) => s3At(endpoint).send(new PutObjectCommand({ Bucket: UPLOADS, Key, Body }))),
    );
    const functions = first.descendants();
    first.signal("SIGKILL");
    await first.ended;

    const second = start(["--exit", "--no-samples", "--port", "0", "--data-dir", data]);
    expect(await second.ended).toBe(0);
    expect(functions.filter(isRunning)).toEqual([]);

    const third = start(["--no-samples", "--port", "0", "--data-dir", data]);
    const [, again] = await third.seen(ENDPOINT);
    for (const key of keys) {
      const { Body: found } = await s3At(again).send(
        new GetObjectCommand({ Bucket: PROCESSED, Key: `manifests/${key}.json` }),
      );
      expect(await found?.transformToString()).toContain('"status":"processed"');
    }
    await s3At(again).send(
      new PutObjectCommand({ Bucket: UPLOADS, Key: "image 0.jpg", Body: "no picture any more" }),
    );
    await third.seen(/rejected +image 0\.jpg/);
    third.signal("SIGTERM");
    expect(await third.ended).toBe(143);
  });

  it("says in one line each what is wrong: a port that is taken, a file that is not there, a folder that cannot be written, an option it does not have, a webhook that is no address", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    onTestFinished(() => void taken.close());
    await once(taken, "listening");
    const address = taken.address();
    const port = String(address !== null && typeof address === "object" ? address.port : 0);
    const missing = join(temporaryFolder(), "missing.jpg");
    const faults = [
      start(["--port", port]),
      start([missing]),
      start(["--out", "/dev/null/out"]),
      start(["--what"]),
      start(["--webhook", "file:///etc"]),
    ];
    expect(await Promise.all(faults.map(({ ended }) => ended))).toEqual([1, 1, 1, 2, 2]);
    expect(faults.map((command) => command.stderr())).toEqual([
      `port ${port} is in use: stop what is using it, or choose another with --port\n`,
      `${missing} does not exist: give files or folders to upload\n`,
      expect.stringMatching(/^--out \/dev\/null\/out cannot be written: .*\n$/),
      "Unknown option '--what': see --help\n",
      "--webhook file:///etc is no address to post to: give a URL such as http://127.0.0.1:3000/images\n",
    ]);
    expect(faults.map((command) => command.stdout())).toEqual(["", "", "", "", ""]);
  });
});
