import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as events from "@image-pipeline/schema/events";
import type * as manifest from "@image-pipeline/schema/manifest";
import { processed, rejected, upload } from "@image-pipeline/testing";
import { expect, expectTypeOf, it } from "vitest";
import { toContract } from "../generate.ts";
import {
  type Manifest,
  type ProcessedManifest,
  picture,
  type Rendition,
  type ResultEvent,
} from "../src/index.ts";
import { BASE } from "./renditions.ts";

const FOLDER = join(import.meta.dirname, "..");
const read = (name: string) => readFileSync(join(FOLDER, name), "utf8");

it("has the types of the published JSON Schemas", async () => {
  expect(read("src/contract.ts"), "run `npm run generate`").toBe(await toContract());
});

it("has the fields of the pipeline's own documents", () => {
  expectTypeOf<keyof ProcessedManifest>().toEqualTypeOf<keyof manifest.ProcessedManifest>();
  expectTypeOf<keyof Rendition>().toEqualTypeOf<keyof manifest.Rendition>();
  expectTypeOf<ResultEvent["type"]>().toEqualTypeOf<events.ResultEvent["type"]>();
});

it("shows the pipeline's own manifests", () => {
  expect(picture(processed(upload()), BASE)?.img).toMatchObject({ width: 4, height: 3 });
  expect(picture(rejected(upload()), BASE)).toBeNull();
});

it("has the major version of the manifest that it reads", () => {
  const { version }: { version: string } = JSON.parse(read("package.json"));
  const schema: Manifest["schema"] = "image-manifest.v1";
  expect(version.split(".")[0]).toBe(schema.split(".v")[1]);
});
