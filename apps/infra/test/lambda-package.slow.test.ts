import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadPipelines } from "@image-pipeline/schema/load";
import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { zipEntries } from "./zip-entries.ts";

const pipelines = await loadPipelines();

/** docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_UNZIPPED_BYTES = 250 * 1024 * 1024;
/** Limit of a direct upload, as Terraform does it. */
const MAX_ZIPPED_BYTES = 50 * 1024 * 1024;
/** ELF's numbers of machines (refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html). */
const MACHINES = { arm64: 183, x86_64: 62 };

const read = (handler: string) =>
  readFileSync(fileURLToPath(import.meta.resolve(`@image-pipeline/${handler}/lambda.zip`)));
const [pipeline] = pipelines.values();

describe.each(["ingest", "worker", "analyzer"])("the zip of %s", (handler) => {
  const zip = read(handler);
  const entries = zipEntries(zip);

  it("is within Lambda's limits, zipped and unzipped", () => {
    expect(zip.length).toBeLessThan(MAX_ZIPPED_BYTES);
    expect(entries.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(MAX_UNZIPPED_BYTES);
  });

  it("contains no symbolic link, which Lambda would not follow", () => {
    expect(entries.filter(({ isSymbolicLink }) => isSymbolicLink)).toEqual([]);
  });

  it("contains no path outside its folder", () => {
    expect(entries.filter(({ name }) => name.startsWith("/") || name.split("/").includes(".."))).toEqual([]);
  });
});

it.each(["worker", "analyzer"])(
  "contains only binaries for the functions' CPU in the zip of %s",
  (handler) => {
    const files = Object.entries(
      unzipSync(read(handler), { filter: ({ name }) => /\.(node|so)(\.|$)/.test(name) }),
    );
    const machines = files.map(([name, bytes]) => [name, machineOf(Buffer.from(bytes))]);
    expect(files.length).toBeGreaterThanOrEqual(2);
    expect(machines).toEqual(files.map(([name]) => [name, MACHINES[pipeline?.architecture ?? "arm64"]]));
  },
);

/** Returns the machine of an ELF file; null for any other file. */
function machineOf(bytes: Buffer): number | null {
  return bytes.subarray(0, 4).equals(Buffer.from([0x7f, 0x45, 0x4c, 0x46])) ? bytes.readUInt16LE(18) : null;
}
