import type { Pipeline } from "@image-pipeline/schema/config";
import { pricesFor } from "@image-pipeline/schema/prices";
import { estimateCost } from "./estimate-cost.ts";
import { FIELD_PRICES, type FieldPrice } from "./field-prices.ts";
import type { CostMeasurement } from "./measurement.ts";
import { costOfWebhookEvent } from "./webhook-cost.ts";
import { rankSavings } from "./what-if.ts";

export interface CostPageInput {
  /** The settings as shipped. */
  pipeline: Pipeline;
  /** Of the samples, enlarged. */
  measurement: CostMeasurement;
  /** Of large photographs, which are not in the repository. */
  photographs: CostMeasurement;
  /** Of photographs in HEIC. */
  heic: CostMeasurement;
}

/** Returns `docs/cost.md`. */
export function costPage(input: CostPageInput): string {
  return `${[
    HEAD,
    ...partsSection(input),
    ...fieldSection(input),
    ...filesSection(input),
    ...choicesSection(input),
    CHANGES,
    BUDGET,
    ASSUMPTIONS,
  ].join("\n\n")}\n`;
}

const HEAD = `# Cost

This page is generated: \`npm run generate\` writes it from \`pipeline.config.ts\`, one table of list prices
(\`packages/schema/src/prices.ts\`) and a stored measurement, which \`npx pipeline bench cost --store\` makes again.
\`npx pipeline cost\` shows the same for your config, answers "what if", and compares a deployed environment with its real usage.`;

function partsSection({ pipeline, measurement, photographs, heic }: CostPageInput): string[] {
  const estimate = estimateCost(pipeline, { measurement });
  const large = estimateCost(pipeline, { measurement: photographs });
  const ofHeic = estimateCost(pipeline, { measurement: heic });
  const { pricesOf, storagePerMonth, work, perMillion } = estimate;
  const rows = perMillion.parts.map(({ part, usd, detail }) => {
    const others = [large, ofHeic].map(
      ({ perMillion }) => perMillion.parts.find((one) => one.part === part)?.usd ?? 0,
    );
    return [part, ...[usd, ...others].map(dollars), detail];
  });
  return [
    "## A million images",
    `With the shipped presets (${work.renditions} files of an image), list prices of ${pricesOf}, without free tiers and discounts, the upload itself,
storage, delivery and Rekognition:`,
    table(
      ["Part", "Samples, USD", "Photographs, USD", "HEIC, USD", "For, with the samples"],
      [
        ...rows,
        [
          "**all**",
          ...[estimate, large, ofHeic].map(({ perMillion }) => `**${dollars(perMillion.usd)}**`),
          "",
        ],
      ],
    ),
    `- Samples: ${describe(measurement)}. They are the repository's photographs, enlarged, so that everybody can measure them again.
- Photographs: ${describe(photographs)}: ${dollars(large.work.cpuMilliseconds)} ms of CPU time for an image, the samples ${dollars(work.cpuMilliseconds)} ms, since
  an enlarged picture has less detail and these are larger.
- HEIC, as phones take photographs if nobody changes their settings: ${describe(heic)}: ${dollars(ofHeic.work.cpuMilliseconds)} ms, most of it to
  decode them.
- The renditions of a million images are ${storagePerMonth.gigabytes.toFixed(0)} GB: ${dollars(storagePerMonth.usd)} USD for each month that they are stored.
- The idle cost of an environment is apart: \`npx pipeline cost\` and \`synth\` show it, 1.21 USD a month for the shipped \`dev\`.`,
  ];
}

function describe({ photographs, machine, date }: CostMeasurement): string {
  const sizes = photographs.map(({ megapixels }) => megapixels);
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const range = least === most ? `${least}` : `${least} to ${most}`;
  return `${photographs.length} of ${range} megapixels, measured on ${date} on ${machine.cores} cores of an ${machine.cpu}, with Node ${machine.node} and sharp ${machine.sharp}`;
}

function fieldSection({ pipeline, measurement }: CostPageInput): string[] {
  const { perMillion, work } = estimateCost(pipeline, { measurement });
  const own = [
    "**this pipeline**",
    "list prices of AWS",
    "files are made once and stored; queue, retries, manifest, events, logs and metrics included",
    `**${Math.round(perMillion.usd)}**`,
    "this page",
  ];
  const others = FIELD_PRICES.map((price) => [
    price.system,
    price.published,
    price.work,
    toRange(price, work.renditions),
    price.source,
  ]);
  return [
    "## Beside others",
    `Published list prices for the same work, ${work.renditions} files of each of a million images. Nearly all sell transformations on request, so the same file may be paid for
again later; storage and delivery are apart everywhere.`,
    table(["System", "Published price", "Work", `A million images, USD`, "Source"], [own, ...others]),
    `A figure in parentheses leaves out a part that every system needs. For the same work no price of the table is lower.`,
  ];
}

function toRange({ perMillionFiles, isWhole }: FieldPrice, files: number): string {
  if (perMillionFiles === null) return "–";
  const [least, most] = perMillionFiles.map((usd) => (usd * files).toPrecision(3)).map(Number);
  const range = least === most ? `${least}` : `${least} to ${most}`;
  return isWhole ? range : `(${range})`;
}

function filesSection({ pipeline, measurement }: CostPageInput): string[] {
  const { prices } = pricesFor(pipeline.region);
  const files = measurement.outputs.filter(({ isInPreset }) => isInPreset);
  const savings = rankSavings(pipeline, { measurement });
  const rows = files.map(({ preset, format, bytes, pixels, milliseconds }) => {
    const usd = savings.find(({ change }) => change === `without ${preset}.${format}`)?.saves ?? 0;
    const [larger] = files
      .filter((other) => other.format === format && other.pixels > pixels)
      .sort((a, b) => a.pixels - b.pixels);
    const saved = larger ? ((larger.bytes - bytes) / 1e9) * prices.edgeGigabyte : 0;
    const views = saved > 0 ? (usd / 1e6 / saved).toFixed(1) : "";
    return [
      `${preset}.${format}`,
      `${(bytes / 1000).toFixed(0)} kB`,
      `${milliseconds.toFixed(0)} ms`,
      dollars(usd),
      larger ? `${larger.preset}.${format}` : "",
      views,
    ];
  });
  return [
    "## The files that earn their price",
    `A write costs ${dollars(prices.s3Write * 1e6)} USD for a million, more than the CPU time of most files. A smaller file pays for itself in traffic: after so many views of an
image by CloudFront at ${prices.edgeGigabyte} USD for a GB, if the next larger file would be sent in its place.`,
    table(["File", "Bytes", "CPU time", "A million, USD", "Instead of", "Views"], rows),
    `The largest file of a format has no other in its place. JPEG is for the readers without AVIF: every current browser shows it (Chrome since 85, Firefox 93, Safari 16.4,
Edge 121; about 93 % of readers in 2024). They, link previews, mail and printing get \`large.jpg\`, the sharper of the two JPEGs that earlier versions had:
\`medium.jpg\` saved 100 kB for one reader in fourteen, so it needed some eight views of an image at that size to pay for itself. One word in
the config brings it back: \`formats: ["avif", "jpeg"]\`.`,
  ];
}

function choicesSection({ pipeline, measurement }: CostPageInput): string[] {
  const others = rankSavings(pipeline, { measurement }).filter(({ change }) => change.startsWith("--"));
  const webhook = dollars(1e6 * costOfWebhookEvent(pipeline, pricesFor(pipeline.region).prices));
  const rows = others.map(({ change, saves, loses }) => [`\`${change}\``, dollars(-saves), loses]);
  return [
    "## What each choice costs",
    "Single changes of the shipped settings, as flags of `npx pipeline cost`: US dollars for a million images more, or less if negative.",
    table(["Change", "USD", "At the loss of"], rows),
    `- \`analysis\` costs 1,000 USD of Rekognition for a million calls; \`workflow\` 175 for a million executions.
- \`uploads.trigger: "eventbridge"\` costs 1 USD for a million events.
- \`delivery\` costs 1.20 USD for a million requests and 85 for a TB, beyond CloudFront's free ten million requests and terabyte a month,
  and 5 for a thousand images that are deleted, quarantined or replaced, beyond a free thousand invalidations a month.
- Each of the \`webhooks\` costs ${webhook} USD for a million events.
- Custom metrics cost 0.30 USD a month each while there are images; the worker has six, and one for each reason of a rejection.`,
  ];
}

const CHANGES = `## How it became cheaper

Ten files of an image cost about 74 USD for a million. Nothing was taken from the quality of a file:

| Change | Saves, USD |
| --- | ---: |
| JPEG in one size in place of five | 20 |
| no traces of X-Ray in the shipped config: two for nearly every image, as Lambda traces the first invocation of each second | 10 |
| 1,024 MB in place of 1,769: CPU time costs the same, waiting for S3 and SNS costs less | 1.1 |
| the manifest of a new image is read once: its write has the condition that there is still none | 1.0 |
| metrics of an image as one record in place of three | 0.2 |

\`npx pipeline bench power\` runs the worker with the share of a vCPU that each memory size has: 8.78 USD for a million images at 512 MB, 8.99 at 768,
10.58 at 1,024 and 16.80 at 1,769, on a machine with six times more work than cores, which makes the upper sizes look slower than they are.
The table above has the difference without that. 1,024 MB is the least that holds the limits' largest picture; \`limits.maxRenderSeconds\` is
35 in place of 20, the same CPU time at the lower share.

What was tried and left: batches of ten save 0.72 of SQS's and 0.18 of Lambda's requests, but the images of a batch wait for each other, and
one that kills the function takes the others along ([decision 16](decisions/0016-one-image-an-invocation.md)). Below 1,024 MB the
largest pictures do not fit. Lambda's own JSON log format would drop the metrics.`;

const BUDGET = `## A budget

\`\`\`ts
budget: { imagesPerHour: 10_000, dollarsPerMonth: 100, stop: true },
\`\`\`

- At 80 % of either bound an alarm notifies you, and at 100 % another one. \`imagesPerHour\` counts the image events that the workers receive,
  repetitions too, so that a runaway loop is seen. \`dollarsPerMonth\` is checked each day against a thirtieth of it, from the time and the calls
  of the functions at list prices; CloudWatch has no sum of a month.
- With \`stop: true\` the second alarm invokes a function that turns off the event source mappings. It has the permission for these
  mappings and for nothing else. Uploads are still announced and wait in their queues, for up to 7 days. The workflow's pipe is not stopped.
- \`npx pipeline budget --environment prod\` shows what is stopped and how many messages wait; \`npx pipeline budget resume\` reads the queues again, and
  \`stop\` ends it by hand. A deployment turns the mappings on, too.
- CloudWatch's metrics come a few minutes late: until then at most \`maximumConcurrency\` images are processed at a time.`;

const ASSUMPTIONS = `## Assumptions

- CPU time on one vCPU of Lambda is as on the machine of the measurement; at less than 1,769 MB it takes longer in proportion. Only its deployment shows
  Graviton's own: \`npx pipeline cost --environment NAME\`.
- An answer of S3 or SNS takes 25 ms, a source is read with 80 MB/s. The measurement counts how many answers a function waits for one after
  another: by how many seconds it is slower when every answer takes a second more.
- Cold starts are not in the sum: each costs about a quarter of a second, once for each execution environment.
- S3 Bucket Keys reduce the requests to KMS to one in a hundred, as AWS states for the best case.
- Logs are counted by their bytes, with Lambda's own lines, and stored compressed to 15 %.
- Regions without an entry in the table of prices get those of us-east-1, and the command says so.`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function dollars(usd: number): string {
  return usd.toFixed(2);
}
