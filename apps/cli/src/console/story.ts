import { explainImage } from "../explain/explain.ts";
import type { Area, ConsoleParts } from "./area.ts";

/** The story of one image, as `explain` tells it. */
export function story({ pipeline, context }: ConsoleParts): Area {
  return {
    reads: {
      "/api/story": ({ query, signal }) =>
        pipeline.use((open) => explainImage(query.get("key") ?? "", open, { ...context, signal })),
    },
  };
}
