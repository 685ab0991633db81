import type { QueryClient } from "@tanstack/preact-query";

/** Reads the view's data again. A request under way may have been answered before the change, so it does not count. */
export async function readAgain(client: QueryClient, queryKey: readonly unknown[]): Promise<void> {
  await client.cancelQueries({ queryKey });
  await client.invalidateQueries({ queryKey });
}
