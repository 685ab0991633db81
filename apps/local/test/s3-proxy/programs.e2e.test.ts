import { execFile, execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../temporary-folder.ts";
import { BUCKET, keyOf, runProxy } from "./running-proxy.ts";

const KEY = "photos/a b+ü.jpg";
/** More than the part size of every program below, which then uploads in parts. */
const LARGE_BYTES = 20 * 1024 * 1024;
const CREDENTIALS = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_REGION: "us-east-1" };

/** A bucket behind the proxy, an empty home folder, and a way to run programs with both. */
async function start() {
  const proxy = await runProxy();
  const home = temporaryFolder();
  const config = {
    RCLONE_CONFIG_LOCAL_TYPE: "s3",
    RCLONE_CONFIG_LOCAL_PROVIDER: "Other",
    RCLONE_CONFIG_LOCAL_ENDPOINT: proxy.endpoint,
    RCLONE_CONFIG_LOCAL_ACCESS_KEY_ID: "test",
    RCLONE_CONFIG_LOCAL_SECRET_ACCESS_KEY: "test",
  };
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    ...CREDENTIALS,
    ...config,
    AWS_ENDPOINT_URL: proxy.endpoint,
  };
  async function run(program: string, ...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(program, args, {
      cwd: home,
      env,
    });
    return stdout.trim();
  }
  async function file(name: string, bytes: number): Promise<Buffer> {
    const content = randomBytes(bytes);
    await writeFile(join(home, name), content);
    return content;
  }
  const read = (name: string) => readFile(join(home, name));
  return { ...proxy, run, file, read, host: new URL(proxy.endpoint).host };
}

/** True if a program runs on this machine; its tests are skipped otherwise. */
function isHere(program: string, ...args: string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** Expects that a presigned URL gives the object, and that another signature, key or time does not. */
async function expectProtected(url: string, content: Buffer): Promise<void> {
  expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(content)).toBe(true);
  const [path = "", query = ""] = url.split("?");
  for (const tampered of [`${path}x?${query}`, `${url.replace(/(Signature=)./, "$1_")}`]) {
    const answer = await fetch(tampered);
    expect(answer.status).toBe(403);
    expect(await answer.text()).toMatch(/<Code>SignatureDoesNotMatch<\/Code>/);
  }
}

describe.skipIf(!isHere("aws", "--version"))("the AWS CLI (skipped if it is not installed)", () => {
  it("uploads, also in parts, lists, downloads and deletes", async () => {
    const { run, file, read, records } = await start();
    const [small, large] = [await file("small.jpg", 1000), await file("large.jpg", LARGE_BYTES)];
    await run("aws", "s3", "cp", "small.jpg", `s3://${BUCKET}/${KEY}`);
    await run("aws", "s3", "cp", "large.jpg", `s3://${BUCKET}/large.jpg`);
    expect(await run("aws", "s3", "ls", "--recursive", `s3://${BUCKET}`)).toMatch(
      / 1000 photos\/a b\+ü\.jpg$/m,
    );
    for (const [key, content] of [[KEY, small] as const, ["large.jpg", large] as const]) {
      await run("aws", "s3", "cp", `s3://${BUCKET}/${key}`, "copy.jpg");
      expect((await read("copy.jpg")).equals(content)).toBe(true);
      await run("aws", "s3", "rm", `s3://${BUCKET}/${key}`);
    }
    expect(records.map((record) => [record.eventName, keyOf(record)])).toEqual([
      ["ObjectCreated:Put", KEY],
      ["ObjectCreated:CompleteMultipartUpload", "large.jpg"],
      ["ObjectRemoved:Delete", KEY],
      ["ObjectRemoved:Delete", "large.jpg"],
    ]);
  });

  it("presigns URLs that hold for this object only", async () => {
    const { run, file } = await start();
    const content = await file("a.jpg", 1000);
    await run("aws", "s3", "cp", "a.jpg", `s3://${BUCKET}/${KEY}`);
    await expectProtected(await run("aws", "s3", "presign", `s3://${BUCKET}/${KEY}`), content);
  });

  it.each([
    ["get-bucket-acl", "FULL_CONTROL"],
    ["get-bucket-versioning", ""],
    ["get-bucket-location", "LocationConstraint"],
  ])("reads the bucket's settings: %s", async (command, text) => {
    const { run } = await start();
    expect(await run("aws", "s3api", command, "--bucket", BUCKET)).toContain(text);
  });

  it.each([
    ["get-bucket-policy", "NoSuchBucketPolicy"],
    ["get-bucket-cors", "NoSuchCORSConfiguration"],
    ["get-bucket-tagging", "NoSuchTagSet"],
    ["get-public-access-block", "NoSuchPublicAccessBlockConfiguration"],
  ])("gets S3's error for a setting that there is not: %s", async (command, code) => {
    const { run } = await start();
    await expect(run("aws", "s3api", command, "--bucket", BUCKET)).rejects.toThrow(code);
  });
});

/** boto3 makes URLs and forms of both versions; its default in us-east-1 is version 2. */
const BOTO3 = `
import boto3, botocore.config, json, sys
version, key, path = sys.argv[1:]
s3 = boto3.client("s3", config=botocore.config.Config(signature_version=version))
s3.upload_file(path, "${BUCKET}", key)
assert s3.get_object(Bucket="${BUCKET}", Key=key)["Body"].read() == open(path, "rb").read()
assert [o["Key"] for o in s3.list_objects_v2(Bucket="${BUCKET}")["Contents"]] == [key]
url = s3.generate_presigned_url("get_object", Params={"Bucket": "${BUCKET}", "Key": key})
form = s3.generate_presigned_post("${BUCKET}", "form.jpg", Conditions=[["content-length-range", 1, 1000]])
print(json.dumps({"url": url, "form": form}))
`;

describe.skipIf(!isHere("python3", "-c", "import boto3"))("boto3 (skipped if it is not installed)", () => {
  it.each(["s3", "s3v4"])("uploads in parts, and makes URLs and forms that hold: %s", async (version) => {
    const { run, file } = await start();
    const content = await file("large.jpg", LARGE_BYTES);
    const { url, form } = JSON.parse(await run("python3", "-c", BOTO3, version, KEY, "large.jpg"));
    await expectProtected(url, content);
    expect(await post(form, 1000)).toMatchObject({ status: 204 });
    expect(await post(form, 1001)).toMatchObject({ status: 400, code: "EntityTooLarge" });
    expect(await post({ ...form, fields: { ...form.fields, key: "other.jpg" } }, 10)).toMatchObject({
      status: 403,
      code: "AccessDenied",
    });
  });
});

async function post({ url, fields }: { url: string; fields: Record<string, string> }, bytes: number) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  body.append("file", new Blob([new Uint8Array(bytes)]));
  const answer = await fetch(url, { method: "POST", body });
  return { status: answer.status, code: /<Code>(\w+)/.exec(await answer.text())?.[1] };
}

describe.skipIf(!isHere("rclone", "version"))("rclone (skipped if it is not installed)", () => {
  it("uploads, also in parts, lists, downloads, presigns and deletes", async () => {
    const { run, file, records } = await start();
    const [small] = [await file("small.jpg", 1000), await file("large.jpg", LARGE_BYTES)];
    await run("rclone", "copyto", "small.jpg", `LOCAL:${BUCKET}/${KEY}`);
    await run("rclone", "copyto", "--s3-upload-cutoff", "6M", "large.jpg", `LOCAL:${BUCKET}/large.jpg`);
    expect(await run("rclone", "lsf", "-R", "--files-only", `LOCAL:${BUCKET}`)).toBe(`large.jpg\n${KEY}`);
    await run("rclone", "check", "--one-way", "--download", "--include", "large.jpg", ".", `LOCAL:${BUCKET}`);
    await expectProtected(await run("rclone", "link", `LOCAL:${BUCKET}/${KEY}`), small);
    await run("rclone", "deletefile", `LOCAL:${BUCKET}/${KEY}`);
    expect(records.map(({ eventName }) => eventName)).toEqual([
      "ObjectCreated:Put",
      "ObjectCreated:CompleteMultipartUpload",
      "ObjectRemoved:Delete",
    ]);
  });
});

describe.skipIf(!isHere("s3cmd", "--version"))("s3cmd (skipped if it is not installed)", () => {
  it("uploads, also in parts, lists, downloads, reads the ACL, presigns and deletes", async () => {
    const { run, file, read, host, records } = await start();
    const [small, large] = [await file("small.jpg", 1000), await file("large.jpg", LARGE_BYTES)];
    const s3cmd = (...args: string[]) =>
      run(
        "s3cmd",
        "--no-ssl",
        `--host=${host}`,
        `--host-bucket=${host}`,
        "--access_key=test",
        "--secret_key=test",
        ...args,
      );
    await s3cmd("put", "small.jpg", `s3://${BUCKET}/${KEY}`);
    await s3cmd("put", "large.jpg", `s3://${BUCKET}/large.jpg`);
    expect(await s3cmd("ls", "-r", `s3://${BUCKET}`)).toContain(`1000  s3://${BUCKET}/${KEY}`);
    await s3cmd("get", `s3://${BUCKET}/large.jpg`, "copy.jpg");
    expect((await read("copy.jpg")).equals(large)).toBe(true);
    expect(await s3cmd("info", `s3://${BUCKET}/${KEY}`)).toContain("FULL_CONTROL");
    await expectProtected(await s3cmd("signurl", `s3://${BUCKET}/${KEY}`, "+600"), small);
    await s3cmd("del", `s3://${BUCKET}/${KEY}`);
    expect(records.map(({ eventName }) => eventName)).toEqual([
      "ObjectCreated:Put",
      "ObjectCreated:CompleteMultipartUpload",
      "ObjectRemoved:Delete",
    ]);
  });
});

describe.skipIf(!isHere("curl", "--version"))("curl (skipped if it is not installed)", () => {
  it.each([
    ["its default content type of a PUT", ["--data-binary", "@a.jpg", "-X", "PUT"]],
    ["an upload", ["-T", "a.jpg"]],
  ])("uploads a file with %s", async (_kind, args) => {
    const { run, file, endpoint } = await start();
    const content = await file("a.jpg", 1000);
    const url = `${endpoint}/${BUCKET}/a.jpg`;
    expect(await run("curl", "-sS", "-o", "out", "-w", "%{http_code}", ...args, url)).toBe("200");
    expect(Buffer.from(await (await fetch(url)).arrayBuffer()).equals(content)).toBe(true);
  });
});
