import type { Session } from "@image-pipeline/console/api/session";
import { Facts, RejectionReason } from "@image-pipeline/schema/manifest";
import type { Area, ConsoleParts } from "./area.ts";

/** The console itself: its pipeline, and the user's rights. */
export function session({ pipeline, csrfToken, environment, isLocal, allowsWrites }: ConsoleParts): Area {
  return {
    reads: {
      async "/api/session"(): Promise<Session> {
        const uploadPrefix = await pipeline
          .use(async ({ connection }) => connection.pipeline.uploads.prefix)
          .catch(() => "");
        return {
          csrfToken,
          environment,
          pipeline: pipeline.description(),
          isLocal,
          allowsWrites,
          uploadPrefix,
          reasons: RejectionReason.options,
          formats: Facts.shape.format.options,
        };
      },
    },
  };
}
