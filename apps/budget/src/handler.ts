import { LambdaClient } from "@aws-sdk/client-lambda";
import { CLIENT, telemetry } from "@image-pipeline/lambda-kit";
import { BudgetEnvironment, readEnvironment } from "@image-pipeline/schema/environment";
import type { Context } from "aws-lambda";
import { lambdaMappings } from "./lambda-mappings.ts";
import { stopMappings } from "./stop-mappings.ts";

const { MAPPING_IDS } = readEnvironment(BudgetEnvironment, process.env);
const { logger } = telemetry("budget");
const mappings = lambdaMappings(new LambdaClient(CLIENT));

/** Handles an alarm of the budget, which invokes the function asynchronously: nothing takes messages from the queues any more. */
export async function handler(alarm: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  await stopMappings(MAPPING_IDS, { mappings, logger, alarm });
}
