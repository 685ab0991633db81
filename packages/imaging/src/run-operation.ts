import type { OutputInfo, Sharp } from "sharp";
import type { TimeBudget } from "./time-budget.ts";

/**
 * Runs one libvips operation within the picture's remaining time.
 *
 * @throws {ImageRejection} `RENDER_TIMEOUT`; any other error is from libvips
 */
export async function runOperation(
  operation: Sharp,
  budget: TimeBudget,
): Promise<{ data: Buffer; info: OutputInfo }> {
  try {
    const result = await operation
      .timeout({ seconds: budget.secondsLeft() })
      .toBuffer({ resolveWithObject: true });
    budget.secondsLeft();
    return result;
  } catch (error) {
    if (error instanceof Error && error.message.startsWith("timeout:")) throw budget.spent(error);
    throw error;
  }
}
