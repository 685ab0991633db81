import { randomUUID } from "node:crypto";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { type MeasureSettings, measurePreset, renderOne } from "@image-pipeline/bench/measure-preset";
import type { LabPicture, LabPreview } from "@image-pipeline/console/api/lab";
import { engineProcess } from "@image-pipeline/engine-process";
import { isCurrent } from "@image-pipeline/imaging";
import { type Pipeline, Preset } from "@image-pipeline/schema/config";
import { UserFault } from "@image-pipeline/schema/user-fault";
import { compareImages } from "../backfill/compare-images.ts";
import type { OpenPipeline } from "../connection/open-pipeline.ts";
import { toScope } from "../connection/scope.ts";
import { estimateCost } from "../cost/estimate-cost.ts";
import type { ApiRequest, Area, ConsoleParts } from "./area.ts";

/** Pictures that the page may show again; older ones are dropped. */
const KEPT_PICTURES = 20;
/** The whole picture, on which the focal point is chosen. */
const PREVIEW = Preset.parse({ width: 480, height: 480, fit: "inside", formats: ["webp"] });

interface Kept {
  data: Uint8Array;
  contentType: string;
}

/**
 * Renders pictures with presets that are being tried, in the engine's child process with the limits of the config. It changes
 * nothing in the pipeline.
 */
export function lab({ pipeline }: ConsoleParts): Area {
  const engine = engineProcess();
  const inTurn = oneAfterTheOther();
  const pictures = new Map<string, Kept>();

  function keep(picture: Kept): string {
    const id = randomUUID();
    pictures.set(id, picture);
    for (const oldest of pictures.keys()) if (pictures.size > KEPT_PICTURES) pictures.delete(oldest);
    return id;
  }
  /** Does work on the picture of a request, when it is its turn: a picture that waits for another would seem slow. */
  function withPicture<Result>(
    { query, signal }: ApiRequest,
    work: (source: Uint8Array, settings: MeasureSettings, pipeline: Pipeline) => Promise<Result>,
  ): Promise<Result> {
    return pipeline.use(async (opened) => {
      const { source, focus } = await readSource(opened, query.get("key") ?? "", signal);
      const { pipeline } = opened.connection;
      const settings = {
        limits: pipeline.limits,
        focus: query.get("focus") || focus,
        render: engine.render,
      };
      return inTurn(signal, () => work(source, settings, pipeline));
    });
  }

  return {
    reads: {
      "/api/lab": () =>
        pipeline.use(async ({ connection }) => {
          engine.start();
          return { presets: connection.pipeline.presets };
        }),
      "/api/lab/preview": (request) =>
        withPicture(request, async (source, settings): Promise<LabPreview> => {
          const made = await renderOne(source, PREVIEW, settings);
          const { width, height, focus = null } = made;
          return { id: keep(made), width, height, focus };
        }),
      "/api/lab/render": (request) => {
        const preset = toPreset(request.query.get("preset"));
        return withPicture(request, async (source, settings, pipeline): Promise<LabPicture> => {
          const made = await measurePreset(source, preset, { ...settings, signal: request.signal });
          return {
            id: keep(made),
            width: made.width,
            height: made.height,
            bytes: made.data.length,
            milliseconds: made.milliseconds,
            ssim: made.scores.SSIM ?? null,
            ssimulacra2: made.scores.SSIMULACRA2 ?? null,
            usdPerMillion: priceOf(pipeline, preset),
          };
        });
      },
      "/api/lab/stale": ({ query, signal }) =>
        pipeline.use((opened) => countStale(opened, { query, signal })),
    },
    files: {
      async "/api/lab/picture"({ query, response }) {
        const picture = pictures.get(query.get("id") ?? "");
        if (!picture) throw new UserFault("this picture is not kept any more: render it again");
        response.writeHead(200, { "content-type": picture.contentType, "cache-control": "no-store" });
        response.end(picture.data);
      },
    },
    close: () => engine.close(),
  };
}

/** @throws {UserFault} for a file that the pipeline rejects by its size, which is then not read */
async function readSource(
  { connection: { s3, names, accountId, pipeline } }: OpenPipeline,
  Key: string,
  abortSignal: AbortSignal,
): Promise<{ source: Uint8Array; focus: string | undefined }> {
  const place = { Bucket: names.uploadBucket(accountId), Key };
  const { Body, ContentLength = 0, Metadata } = await s3.send(new GetObjectCommand(place), { abortSignal });
  const { maxBytes } = pipeline.limits;
  if (ContentLength > maxBytes) {
    await Body?.transformToWebStream().cancel();
    throw new UserFault(
      `${Key} has ${ContentLength} bytes, more than limits.maxBytes accepts (${maxBytes}): choose another picture`,
    );
  }
  const source = Buffer.from((await Body?.transformToByteArray()) ?? []);
  return { source, focus: Metadata?.focus };
}

/** Returns a function that does one work after the other, and leaves out those that nobody waits for any more. */
function oneAfterTheOther() {
  let last: Promise<unknown> = Promise.resolve();
  return <Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> => {
    const done = last.then(() => {
      signal.throwIfAborted();
      return work();
    });
    last = done.catch(() => "reported to its caller");
    return done;
  };
}

async function countStale(
  { connection, sources, manifests }: OpenPipeline,
  { query, signal }: Pick<ApiRequest, "query" | "signal">,
) {
  const changed = withPreset(connection.pipeline, query.get("name") ?? "", toPreset(query.get("preset")));
  const compared = compareImages({
    sources,
    manifests,
    scope: toScope(connection.pipeline, ""),
    isCurrent: (made) => isCurrent(made, changed),
  });
  const count = { stale: 0, images: 0 };
  for await (const { verdict } of compared) {
    if (signal.aborted) break;
    count.images++;
    if (verdict === "older-recipe") count.stale++;
  }
  return count;
}

/** @throws {UserFault} that names what is wrong with the preset */
function toPreset(json: string | null): Preset {
  const parsed = Preset.safeParse(JSON.parse(json ?? "{}"));
  if (parsed.success) return parsed.data;
  const [{ path = [], message = "" } = {}] = parsed.error.issues;
  throw new UserFault(`the preset's ${path.join(".") || "settings"} ${message}`);
}

function withPreset(pipeline: Pipeline, name: string, preset: Preset): Pipeline {
  return { ...pipeline, presets: { ...pipeline.presets, [name]: preset } };
}

/** The price of a million files of a preset: what the estimate of the config with it costs more than without. */
function priceOf(pipeline: Pipeline, preset: Preset): number {
  const without = estimateCost(pipeline).perMillion.usd;
  return estimateCost(withPreset(pipeline, "lab", preset)).perMillion.usd - without;
}
