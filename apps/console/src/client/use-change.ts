import { useMutation } from "@tanstack/preact-query";
import type { Path } from "../api/contract.ts";
import { type AnswerTo, type BodyTo, post } from "./request.ts";
import { useSession } from "./use-session.ts";

/** A change that the user can start. */
export interface Change<P extends Path<"POST">> {
  /** @param environment the environment's name as it was typed; needed on AWS */
  start(body: BodyTo<`POST ${P}`>, environment?: string): Promise<AnswerTo<`POST ${P}`>>;
  isRunning: boolean;
  problem: string | undefined;
}

/** A change by its path, with everything that the server asks for. */
export function useChange<P extends Path<"POST">>(path: P): Change<P> {
  const { session } = useSession();
  const { mutateAsync, isPending, error } = useMutation({
    mutationFn: ({ body, environment }: { body: BodyTo<`POST ${P}`>; environment: string }) =>
      post(path, body, { csrfToken: session?.csrfToken ?? "", environment }),
  });
  return {
    start: (body, environment = "") => mutateAsync({ body, environment }),
    isRunning: isPending,
    problem: error?.message,
  };
}
