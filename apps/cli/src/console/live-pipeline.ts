import { connect } from "../connection/connect.ts";
import { type OpenPipeline, openPipeline } from "../connection/open-pipeline.ts";
import { type TargetOptions, toTarget } from "../connection/target.ts";
import type { Context } from "../program/context.ts";
import { isUnreachable } from "../program/to-fault.ts";

/** The pipeline that the console shows. A local one may stop and come back, at another address too. */
export interface LivePipeline {
  /** Its name while it answers; null before the first answer and after a lost connection. */
  description(): string | null;
  /**
   * Runs with the open pipeline.
   *
   * @throws {UserFault} when it cannot be found
   */
  use<Result>(run: (pipeline: OpenPipeline) => Promise<Result>): Promise<Result>;
  close(): void;
}

export function livePipeline(
  options: TargetOptions,
  { pipelines, runtimes }: Pick<Context, "pipelines" | "runtimes">,
): LivePipeline {
  let opening: Promise<OpenPipeline> | undefined;
  let current: OpenPipeline | undefined;

  async function open(): Promise<OpenPipeline> {
    current = openPipeline(await connect(await toTarget(options, runtimes), await pipelines()));
    return current;
  }

  function forget(): void {
    current?.connection.close();
    current = undefined;
    opening = undefined;
  }

  return {
    description: () => current?.connection.description ?? null,
    async use(run) {
      opening ??= open();
      const used = opening;
      try {
        return await run(await used);
      } catch (error) {
        const isLost = current === undefined || isUnreachable(error);
        if (isLost && used === opening) forget();
        throw error;
      }
    },
    close: forget,
  };
}
