import { main, readPipelines } from "@image-pipeline/operator-kit";
import { auditCommand } from "./audit/audit-command.ts";
import { systemClock } from "./clock.ts";

await main(auditCommand({ pipelines: readPipelines, clock: systemClock, random: Math.random }));
