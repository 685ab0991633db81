import { randomUUID } from "node:crypto";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { measurePreset } from "@image-pipeline/bench/measure-preset";
import type { LabPicture } from "@image-pipeline/console/api/lab";
import { isCurrent } from "@image-pipeline/imaging";
import { type Pipeline, Preset } from "@image-pipeline/schema/config";
import { UserFault } from "@image-pipeline/schema/user-fault";
import { compareImages } from "../backfill/compare-images.ts";
import { toScope } from "../connection/scope.ts";
import { estimateCost } from "../cost/estimate-cost.ts";
import type { Area, ConsoleParts } from "./area.ts";

/** Pictures that the page may show again; older ones are dropped. */
const KEPT_PICTURES = 20;

interface Kept {
  data: Uint8Array;
  contentType: string;
}

/** Renders pictures with presets that are being tried. It changes nothing in the pipeline. */
export function lab({ pipeline }: ConsoleParts): Area {
  const pictures = new Map<string, Kept>();

  function keep(picture: Kept): string {
    const id = randomUUID();
    pictures.set(id, picture);
    for (const oldest of pictures.keys()) if (pictures.size > KEPT_PICTURES) pictures.delete(oldest);
    return id;
  }

  return {
    reads: {
      "/api/lab": () => pipeline.use(async ({ connection }) => ({ presets: connection.pipeline.presets })),
      "/api/lab/render": ({ query, signal }) =>
        pipeline.use(async ({ connection }): Promise<LabPicture> => {
          const { s3, names, accountId, pipeline: settings } = connection;
          const preset = toPreset(query.get("preset"));
          const place = { Bucket: names.uploadBucket(accountId), Key: query.get("key") ?? "" };
          const { Body } = await s3.send(new GetObjectCommand(place), { abortSignal: signal });
          const source = Buffer.from((await Body?.transformToByteArray()) ?? []);
          const focus = query.get("focus") || undefined;
          const made = await measurePreset(source, preset, { limits: settings.limits, focus });
          return {
            id: keep(made),
            width: made.width,
            height: made.height,
            bytes: made.data.length,
            milliseconds: made.milliseconds,
            ssim: made.scores.SSIM ?? null,
            ssimulacra2: made.scores.SSIMULACRA2 ?? null,
            usdPerMillion: priceOf(settings, preset),
          };
        }),
      "/api/lab/stale": ({ query, signal }) =>
        pipeline.use(async ({ connection, sources, manifests }) => {
          const changed = withPreset(
            connection.pipeline,
            query.get("name") ?? "",
            toPreset(query.get("preset")),
          );
          const scope = toScope(connection.pipeline, "");
          const compared = compareImages({
            sources,
            manifests,
            scope,
            isCurrent: (made) => isCurrent(made, changed),
          });
          const count = { stale: 0, images: 0 };
          for await (const { verdict } of compared) {
            if (signal.aborted) break;
            count.images++;
            if (verdict === "older-recipe") count.stale++;
          }
          return count;
        }),
    },
    files: {
      async "/api/lab/picture"({ query, response }) {
        const picture = pictures.get(query.get("id") ?? "");
        if (!picture) throw new UserFault("this picture is not kept any more: render it again");
        response.writeHead(200, { "content-type": picture.contentType, "cache-control": "no-store" });
        response.end(picture.data);
      },
    },
  };
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
