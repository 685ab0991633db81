import { main, readPipelines } from "@image-pipeline/operator-kit";
import { eventsCommand } from "./events/events-command.ts";

await main(eventsCommand({ pipelines: readPipelines }));
