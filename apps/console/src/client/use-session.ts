import { useQuery } from "@tanstack/preact-query";
import type { Session } from "../api/session.ts";
import { get } from "./request.ts";

const REFRESH_MILLISECONDS = 10_000;

/** The pipeline that the console shows; undefined until the first answer. */
export function useSession(): { session: Session | undefined; problem: string | undefined } {
  const { data, error } = useQuery({
    queryKey: ["session"],
    queryFn: () => get("/api/session"),
    refetchInterval: REFRESH_MILLISECONDS,
  });
  return { session: data, problem: error?.message };
}
