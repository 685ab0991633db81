import type { Cost } from "@image-pipeline/console/api/cost";
import { estimateCost } from "../cost/estimate-cost.ts";
import { readMonth } from "../cost/this-month.ts";
import { rankSavings } from "../cost/what-if.ts";
import { toLoad } from "../plan-review/cost/load.ts";
import type { Area, ConsoleParts } from "./area.ts";

const SHOWN_SAVINGS = 10;

/** The price of a million images, as `npx pipeline cost` calculates it, and this month's use of an environment on AWS. */
export function cost({ pipeline, context, isLocal }: ConsoleParts): Area {
  return {
    reads: {
      "/api/cost": () =>
        pipeline.use(async ({ connection }): Promise<Cost> => {
          const { pricesOf, perMillion, storagePerMonth } = estimateCost(connection.pipeline);
          return {
            pricesOf,
            perMillion,
            storagePerMonth,
            imagesPerMonth: toLoad(connection.pipeline).imagesPerMonth,
            savings: rankSavings(connection.pipeline)
              .filter(({ saves }) => saves > 0)
              .slice(0, SHOWN_SAVINGS),
            month: isLocal ? null : await readMonth(connection, context.clock),
          };
        }),
    },
  };
}
