import { main, readPipelines } from "@image-pipeline/operator-kit";
import { systemClock } from "./clock.ts";
import { dlqCommand } from "./dlq-command.ts";

await main(dlqCommand({ pipelines: readPipelines, clock: systemClock }));
