import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/preact-query";
import { useEffect, useMemo } from "preact/hooks";
import type { ImageFilters, ImageSummary } from "../../api/images.ts";
import { get } from "../../client/request.ts";

const REFRESH_MILLISECONDS = 2000;

export interface Images {
  images: readonly ImageSummary[];
  /** All images, before any filter. */
  total: number;
  isLoading: boolean;
  isComplete: boolean;
  problem: string | undefined;
  loadMore(): void;
}

/** The images that meet the filters: pages that were loaded, below those that came meanwhile. */
export function useImages(filters: ImageFilters): Images {
  const client = useQueryClient();
  const newest = useQuery({
    queryKey: ["newest-images", filters],
    queryFn: () => get("/api/images", filters),
    refetchInterval: REFRESH_MILLISECONDS,
  });
  const pages = useInfiniteQuery({
    queryKey: ["images", filters],
    queryFn: ({ pageParam }) => get("/api/images", { ...filters, after: pageParam }),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const loaded = useMemo(() => pages.data?.pages.flatMap(({ images }) => images) ?? [], [pages.data]);
  const recent = newest.data?.images ?? [];
  const images = useMemo(() => merge(recent, loaded), [recent, loaded]);
  // So many are new that some are on neither list.
  const isTorn =
    recent.length > 0 && loaded.length > 0 && newest.data?.next !== null && !overlap(recent, loaded);
  useEffect(() => {
    if (isTorn) void client.resetQueries({ queryKey: ["images", filters] });
  }, [isTorn, client, filters]);
  const { hasNextPage, isFetching, isError, fetchNextPage } = pages;
  return {
    images,
    total: newest.data?.total ?? pages.data?.pages[0]?.total ?? 0,
    isLoading: pages.isPending || (isFetching && images.length === 0),
    isComplete: pages.isSuccess && !hasNextPage,
    problem: (newest.error ?? pages.error)?.message,
    loadMore() {
      if (hasNextPage && !isFetching && !isError) void fetchNextPage();
    },
  };
}

/** Both lists, each image once, as the newer list shows it. */
function merge(recent: readonly ImageSummary[], loaded: readonly ImageSummary[]): ImageSummary[] {
  const keys = new Set(recent.map(({ key }) => key));
  return [...recent, ...loaded.filter(({ key }) => !keys.has(key))];
}

function overlap(recent: readonly ImageSummary[], loaded: readonly ImageSummary[]): boolean {
  const keys = new Set(loaded.map(({ key }) => key));
  return recent.some(({ key }) => keys.has(key));
}
