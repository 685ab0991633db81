import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { verifyWebhook } from "@image-pipeline/client/server";
import { ResultEvent } from "@image-pipeline/schema/events";
import { Manifest } from "@image-pipeline/schema/manifest";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { samplePhotographs } from "../src/cli/samples.ts";
import { awsClients, LOCAL_CREDENTIALS } from "../src/services/clients.ts";
import { isRunning, start } from "./command-line.ts";
import { temporaryFolder } from "./temporary-folder.ts";
import { answer, type Received, receiver } from "./webhook/receiver.ts";

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

describe("start --exit --json --out --webhook", () => {
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
  });

  it("ends with 0, and with one line of JSON for each image and nothing else on stdout", () => {
    expect(code).toBe(0);
    expect(Object.keys(lines)).toHaveLength(7);
    expect(stdout.trim().split("\n")).toHaveLength(7);
  });

  it("processes every photograph into every preset and format", () => {
    const processed = Object.values(lines).filter(({ status }) => status === "processed");
    expect(processed).toHaveLength(5);
    for (const { renditions, ms, reason } of processed) {
      expect([renditions.length, reason]).toEqual([6, null]);
      expect(ms).toBeGreaterThan(0);
    }
  });

  it("rejects a file that is not an image, with the reason", () => {
    expect(lines["notes.jpg"]).toMatchObject({
      status: "rejected",
      reason: "UNSUPPORTED_FORMAT",
      renditions: [],
    });
    expect(lines["empty.png"]).toMatchObject({ status: "rejected", reason: "EMPTY_OBJECT", renditions: [] });
  });

  it("copies manifests that are valid by the published JSON Schema, for every key", () => {
    for (const { key, manifestKey } of Object.values(lines)) {
      const manifest = readJson(join(out, manifestKey));
      expect(isManifest(manifest), `${key}: ${ajv.errorsText(isManifest.errors)}`).toBe(true);
      expect(Manifest.parse(manifest).source.key).toBe(key);
    }
  });

  it("copies every rendition with the size and content in its manifest, oriented, in sRGB and free of metadata", async () => {
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

  it("delivers the result event of every image to the webhook, and repeats a refused one", () => {
    const events = received.map(({ body }) => ResultEvent.parse(JSON.parse(body)));
    const ended = events.filter(({ type }) => ["image.processed", "image.rejected"].includes(type));
    expect(new Set(ended.map(({ subject }) => subject))).toEqual(new Set(Object.keys(lines)));
    expect(received.map(({ headers }) => headers["webhook-id"])).toEqual(events.map(({ id }) => id));
    const again = received.filter(({ headers }) => headers["webhook-attempt"] === "2");
    expect(again.map(({ body }) => body)).toEqual([received[0]?.body]);
    const said = stderr.split("\n");
    expect(said).toContain(`webhook: ${received.length - again.length} delivered`);
    expect(said).toContainEqual(
      expect.stringMatching(/^webhook: .* it answered 503; another attempt follows$/),
    );
    expect(said).toContainEqual(expect.stringMatching(/^webhook: .* delivered at attempt 2$/));
  });

  it("signs every delivery with the secret that it prints", () => {
    const [, secret = ""] = /^webhook secret +(\S+)$/m.exec(stderr) ?? [];
    for (const { headers, body } of received)
      expect(verifyWebhook({ headers, body, secret })).toEqual(JSON.parse(body));
  });

  it("turns an image by its orientation tag", () => {
    const manifest = Manifest.parse(readJson(join(out, "manifests/side ways+ü.jpg.json")));
    expect(manifest).toMatchObject({ facts: { width: 40, height: 60 } });
  });
});

describe("start", () => {
  it("serves S3 clients, prints a line for each of their uploads, and leaves no process behind on Ctrl-C", async () => {
    const command = start(["--no-samples", "--port", "0"]);
    const [, endpoint] = await command.seen(ENDPOINT);
    const s3 = s3At(endpoint);
    await s3.send(
      new PutObjectCommand({ Bucket: UPLOADS, Key: "photos/one.jpg", Body: await plainImage().toBuffer() }),
    );
    await command.seen(/processed +photos\/one\.jpg .*(allow|flag|quarantine).* render \+ .* wait/);
    const functions = command.descendants();
    expect(functions.length).toBeGreaterThanOrEqual(2);
    command.signal("SIGINT");
    expect(await command.ended).toBe(130);
    expect(functions.filter(isRunning)).toEqual([]);
    expect(command.stderr()).toBe("");
  });

  it("prints the addresses first, and the summary on Ctrl-C", async () => {
    const file = join(temporaryFolder(), "a.jpg");
    await plainImage().toFile(file);
    const command = start(["--port", "0", file]);
    await command.seen(/Ctrl-C stops it/);
    command.signal("SIGINT");
    expect(await command.ended).toBe(130);
    const lines = command
      .stdout()
      .split("\n")
      .filter((line) => !line.startsWith("building"));
    expect(lines[0]).toMatch(/^S3, SNS, SQS +http:/);
    expect(lines.filter((line) => /^1 image in .*: 1 processed/.test(line))).toHaveLength(1);
  });

  it("continues when the webhook refuses an event, prints one line about it, and ends with 1", async () => {
    const { url } = await receiver([answer(410)]);
    const file = join(temporaryFolder(), "a.jpg");
    await plainImage().toFile(file);
    const command = start(["--exit", "--port", "0", "--webhook", url, file]);
    expect(await command.ended).toBe(1);
    expect(command.stdout()).toMatch(/^processed +a\.jpg .* allow \(simulated\) /m);
    expect(command.stdout()).toMatch(/\n1 image in .*\nwebhook: 0 delivered, \d+ not delivered\n$/);
    const complaints = command.stderr().trimEnd().split("\n");
    const why =
      /^webhook: image\.\w+ of "a\.jpg" not delivered: it answered 410( before)? \(1 of 6 attempts\)$/;
    expect(complaints).toContainEqual(expect.stringMatching(/^webhook: image\.processed /));
    expect(complaints.filter((line) => !why.test(line))).toEqual([]);
  });

  it("leaves no process behind on Ctrl-C during the build that a change needs", async () => {
    const changed = { PIPELINE_TEST_RUN: randomUUID() };
    const command = start(["--no-samples", "--port", "0"], onTestFinished, changed);
    await command.seen(/building functions/);
    const build = command.descendants();
    command.signal("SIGINT");
    expect(await command.ended).toBe(130);
    expect([build.length > 0, build.filter(isRunning)]).toEqual([true, []]);
    expect(command.stderr()).toBe("");
  });

  it("continues from its data directory, even after a kill -9, and loses no acknowledged upload", async () => {
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

  it("uploads the other files without one that cannot be read, names each file that it leaves out, and ends with 1", async () => {
    const folder = temporaryFolder();
    await plainImage().toFile(join(folder, "a.jpg"));
    writeFileSync(join(folder, "README.md"), "");
    symlinkSync("loop.jpg", join(folder, "loop.jpg"));
    const command = start(["--exit", "--port", "0", folder]);
    expect(await command.ended).toBe(1);
    expect(command.stderr()).toBe(`${folder}/loop.jpg cannot be read (ELOOP)\n`);
    expect(command.stdout()).toContain(`left out   ${folder}/README.md is not an image\n`);
    expect(command.stdout()).toMatch(/\n1 image in .*: 1 processed/);
  });

  it("runs the settings of the environment that is named, under the local names", async () => {
    const command = start(["--no-samples", "--port", "0", "--environment", "prod"]);
    await command.seen(/Ctrl-C stops it/);
    expect(command.stdout()).toMatch(/^settings of +prod$/m);
    expect(command.stdout()).toContain(`s3://${UPLOADS}/`);
  });

  it("prints one line for a port in use, a missing file, a folder that cannot be written, an unknown option, an invalid webhook and an unknown environment", async () => {
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
      start(["--environment", "prdo", "--port", "0"]),
    ];
    expect(await Promise.all(faults.map(({ ended }) => ended))).toEqual([1, 1, 1, 2, 2, 1]);
    expect(faults.map((command) => command.stderr())).toEqual([
      `port ${port} is in use: stop the process that uses it, or choose another with --port\n`,
      `${missing} does not exist: give files or folders to upload\n`,
      expect.stringMatching(/^--out \/dev\/null\/out cannot be written: .*\n$/),
      "start: unknown option '--what' (see npx pipeline start --help)\n",
      'start: --webhook must be a URL such as http://127.0.0.1:3000/images, got "file:///etc"\n',
      expect.stringMatching(/^[^\n]*"prdo"[^\n]* dev, prod\n$/),
    ]);
  });
});
