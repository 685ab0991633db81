import { main, readPipelines } from "@image-pipeline/operator-kit";
import { backfillCommand } from "./backfill/backfill-command.ts";
import { systemClock } from "./clock.ts";

await main(backfillCommand({ pipelines: readPipelines, clock: systemClock }));
