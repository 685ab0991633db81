import type { ImageDeleted, ImageProcessed, ImageUploaded } from "@image-pipeline/schema/events";
import { deletion } from "@image-pipeline/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { analyzeUploaded } from "../src/analyze-uploaded.ts";
import { processDeleted } from "../src/delete.ts";
import { quarantineProcessed } from "../src/quarantine.ts";
import { KEY, type MemoryAnalyzer, memoryAnalyzer } from "./memory-analyzer.ts";

type Happening = "violent" | "harmless" | "delete";
type AnyEvent = ImageUploaded | ImageDeleted | ImageProcessed;
const MANIFEST = `manifests/${KEY}.json`;

function handle(event: AnyEvent, { ports }: MemoryAnalyzer): Promise<unknown> {
  if (event.type === "image.uploaded") return analyzeUploaded(event, ports);
  return event.type === "image.deleted" ? processDeleted(event, ports) : quarantineProcessed(event, ports);
}

/** A turn between any two calls, so that the scheduler can let any other event come between. */
function interleaved(analyzer: MemoryAnalyzer, turn: () => Promise<void>): MemoryAnalyzer {
  const { ports } = analyzer;
  const after = <Result>(work: () => Promise<Result>) => turn().then(work);
  return {
    ...analyzer,
    ports: {
      ...ports,
      sources: { read: (...source) => after(() => ports.sources.read(...source)) },
      analyses: {
        ...ports.analyses,
        read: (key) => after(() => ports.analyses.read(key)),
        replace: (...write) => after(() => ports.analyses.replace(...write)),
      },
      manifests: { read: (key) => after(() => ports.manifests.read(key)) },
      tags: { add: (...tag) => after(() => ports.tags.add(...tag)) },
    },
  };
}

/** The worker, whose manifest follows newest-wins as well: its result comes only once its manifest is there. */
async function work(event: ImageUploaded, analyzer: MemoryAnalyzer): Promise<ImageProcessed | undefined> {
  const standing = (await analyzer.ports.manifests.read(MANIFEST))?.document.source.sequencer ?? "";
  return standing < (event.data.sequencer ?? "") ? analyzer.render(event) : undefined;
}

test("under any order and duplication of events only a quarantined picture's current renditions are quarantined, and deleted images stay deleted", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom<Happening>("violent", "harmless", "delete"), { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat(1), { minLength: 4, maxLength: 4 }),
      fc.scheduler(),
      async (happenings, copies, scheduler) => {
        const analyzer = memoryAnalyzer({ versioned: true });
        const turn = () => scheduler.schedule(Promise.resolve());
        const consumer = interleaved(analyzer, turn);
        const events = happenings.map((what, index) =>
          what === "delete"
            ? deletion({ sequencer: analyzer.nextSequencer(), versionId: null })
            : analyzer.upload(`${what} ${index}`),
        );
        const lives = events.flatMap((event, index) => {
          const deliver = () => turn().then(() => handle(event, consumer));
          const deliveries = Array.from({ length: 1 + (copies[index] ?? 0) }, deliver);
          return event.type === "image.deleted" ? deliveries : [...deliveries, renders(event)];
        });
        async function renders(event: ImageUploaded): Promise<void> {
          await turn();
          const result = await work(event, analyzer);
          await turn();
          if (result) await handle(result, consumer);
        }
        await scheduler.waitFor(Promise.all(lives));
        const analysis = await analyzer.analysis();
        const last = events.at(-1);
        expect(analysis?.source.sequencer).toBe(last?.data.sequencer);
        expect(analysis?.status).toBe(last?.type === "image.deleted" ? "deleted" : "analyzed");
        if (last?.type === "image.deleted") return;
        const manifest = (await analyzer.ports.manifests.read(MANIFEST))?.document;
        const tags = manifest?.renditions.map(({ key }) => analyzer.bucket.get(key).tags);
        expect(tags).toEqual([happenings.at(-1) === "violent" ? "quarantine=true" : ""]);
      },
    ),
    { numRuns: 1000 },
  );
});
