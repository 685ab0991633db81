import type { ImageDetails, ImageFilters } from "@image-pipeline/console/api/images";
import { toManifestKey } from "@image-pipeline/schema/keys";
import * as z from "zod";
import type { OpenPipeline } from "../../connection/open-pipeline.ts";
import type { Area, ConsoleParts } from "../area.ts";
import { keptReading } from "../kept-reading.ts";
import { changedImages } from "./changed-images.ts";
import { changedKeys } from "./changed-keys.ts";
import { sendFile, upload } from "./files.ts";
import { listImages, toUploaded, withImages } from "./image-list.ts";
import { pageOfImages } from "./page-of-images.ts";
import { keptSummaries, readAnalysis } from "./summaries.ts";

const LOCAL_MILLISECONDS = 500;
/** A listing on AWS is paid by the request. */
const AWS_MILLISECONDS = 15_000;

const Text = z.string().min(1).optional();
const Filters = z.object({
  status: Text,
  reason: Text,
  verdict: Text,
  format: Text,
  prefix: Text,
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
});

/** The gallery, single images with their changes, their files, and uploads. */
export function images(parts: ConsoleParts): Area {
  const { pipeline, context, isLocal } = parts;
  const { clock } = context;
  const list = keptReading(listImages, {
    clock,
    leastMilliseconds: isLocal ? LOCAL_MILLISECONDS : AWS_MILLISECONDS,
    usesOld: true,
  });
  const summaries = keptSummaries(() => clock.now());
  return {
    reads: {
      "/api/images": ({ query }) =>
        pipeline.use(async (open) => {
          const filters: ImageFilters = withoutUndefined(Filters.parse(Object.fromEntries(query)));
          return pageOfImages(open, {
            images: await list.value(open),
            after: query.get("after"),
            filters,
            summaries,
          });
        }),
      "/api/image": ({ query }) => pipeline.use((open) => detailsOf(open, query.get("key") ?? "")),
    },
    files: { "/api/file": (request) => pipeline.use((open) => sendFile(open, request)) },
    uploads: {
      "/api/upload": (request) =>
        pipeline.use(async (open) => {
          const { key, bytes } = await upload(open, request);
          const { bucket } = open.sources;
          const uploaded = toUploaded({ bucket, key, bytes, modifiedAt: clock.now() });
          list.update((images) => withImages(images, [uploaded]));
          return { key };
        }),
    },
    channels: {
      changes: (signal) => changedKeys(parts, signal),
      images: (signal) =>
        changedImages((until) => changedKeys(parts, until), parts, {
          gallery: { list, summaries },
          signal,
        }),
    },
  };
}

async function detailsOf(open: OpenPipeline, key: string): Promise<ImageDetails> {
  const { connection, sources, manifests } = open;
  const manifestKey = toManifestKey(sources.bucket, key);
  const [source, manifest, analysis] = await Promise.all([
    sources.find(key),
    manifests.read(manifestKey),
    readAnalysis(open, key),
  ]);
  return {
    key,
    uploadBucket: sources.bucket,
    processedBucket: connection.names.processedBucket(connection.accountId),
    source: source
      ? { bytes: source.size, modifiedAt: source.modifiedAt.toISOString(), versionId: source.versionId }
      : null,
    manifestKey,
    manifest: typeof manifest === "object" ? manifest : null,
    isUnreadable: manifest === "unreadable",
    analysis,
  };
}

type Defined<Fields> = { [Name in keyof Fields]?: NonNullable<Fields[Name]> };

function withoutUndefined(filters: z.infer<typeof Filters>): Defined<z.infer<typeof Filters>> {
  return JSON.parse(JSON.stringify(filters));
}
