import { type LambdaClient, UpdateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import type { Mappings } from "./stop-mappings.ts";

/** The event source mappings of Lambda. */
export function lambdaMappings(client: LambdaClient): Mappings {
  return {
    async disable(id) {
      const { State = "unknown" } = await client.send(
        new UpdateEventSourceMappingCommand({ UUID: id, Enabled: false }),
      );
      return State;
    },
  };
}
