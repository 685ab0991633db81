import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { UserFault } from "@image-pipeline/schema/user-fault";

const PIPELINE = join(import.meta.dirname, "../../../cli/bin/pipeline.mjs");
/** Uploads at the same time, as `start` does with files. */
const AT_ONCE = 4;

/** A file to upload, under which key. */
export interface Upload {
  path: string;
  key: string;
}

/** `start` in a process of its own. This process is its client, so uploading is not part of the runtime's CPU time. */
export interface ServingRuntime {
  pid: number;
  upload(files: readonly Upload[]): Promise<void>;
  /** The outcome of the next image to end, such as `processed`. @throws {UserFault} when the runtime has ended */
  nextStatus(): Promise<string>;
  stop(): Promise<void>;
}

/** @throws {UserFault} with the runtime's output if it does not start */
export async function startServing(): Promise<ServingRuntime> {
  const child = spawn(process.execPath, [PIPELINE, "start", "--no-samples", "--json", "--port", "0"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let said = "";
  const ready = new Promise<ReturnType<typeof toPlace>>((resolve) => {
    child.stderr.on("data", (text) => {
      said += text;
      const place = toPlace(said);
      if (place) resolve(place);
    });
    void exited.then(() => resolve(undefined));
  });
  const place = await ready;
  if (!place) throw new UserFault(`the local runtime did not start: ${said.trim()}`);
  const s3 = new S3Client({
    endpoint: place.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    forcePathStyle: true,
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid: child.pid ?? 0,
    async upload(files) {
      const queue = files.values();
      const work = async () => {
        for (const { path, key } of queue) {
          const Body = await readFile(path);
          await s3.send(new PutObjectCommand({ Bucket: place.bucket, Key: place.prefix + key, Body }));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    },
    async nextStatus() {
      const { value, done } = await lines.next();
      if (done) throw new UserFault(`the local runtime has ended: ${said.trim()}`);
      return JSON.parse(value).status;
    },
    async stop() {
      s3.destroy();
      child.kill("SIGINT");
      await exited;
    },
  };
}

/** Reads the addresses that `start` prints first; undefined until both are there. */
export function toPlace(header: string): { endpoint: string; bucket: string; prefix: string } | undefined {
  const [, endpoint] = /^S3, SNS, SQS +(\S+)\n/m.exec(header) ?? [];
  const [, bucket, prefix = ""] = /^upload to +s3:\/\/([^/\s]+)\/(\S*)\n/m.exec(header) ?? [];
  return endpoint !== undefined && bucket !== undefined ? { endpoint, bucket, prefix } : undefined;
}
