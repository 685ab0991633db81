import { useInfiniteQuery } from "@tanstack/preact-query";
import { useMemo } from "preact/hooks";
import type { ImageFilters, ImageSummary } from "../../api/images.ts";
import { get } from "../../client/request.ts";
import { useChangedImages, withChanged } from "./use-changed-images.ts";

export interface Images {
  images: readonly ImageSummary[];
  /** All images, before any filter. */
  total: number;
  isLoading: boolean;
  isComplete: boolean;
  problem: string | undefined;
  loadMore(): void;
}

/** The images that meet the filters: pages that were read once, with the changes since. */
export function useImages(filters: ImageFilters): Images {
  const pages = useInfiniteQuery({
    queryKey: ["images", filters],
    queryFn: ({ pageParam }) => get("/api/images", { ...filters, after: pageParam }),
    initialPageParam: "",
    getNextPageParam: ({ next }) => next,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { changed, problem } = useChangedImages();
  const { data, error, hasNextPage, isFetching, isFetchingNextPage } = pages;
  const { isSuccess, isPending, isError, fetchNextPage } = pages;
  const isComplete = isSuccess && !hasNextPage;
  const images = useMemo(() => {
    const loaded = data?.pages.flatMap(({ images }) => images) ?? [];
    return withChanged(loaded, changed, { filters, isComplete });
  }, [data, changed, filters, isComplete]);
  return {
    images,
    total: changed.total ?? data?.pages[0]?.total ?? 0,
    isLoading: isPending || (isFetchingNextPage && images.length === 0),
    isComplete,
    problem: problem ?? error?.message,
    loadMore() {
      if (hasNextPage && !isFetching && !isError) void fetchNextPage();
    },
  };
}
