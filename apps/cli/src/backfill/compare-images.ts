import {
  type IsCurrent,
  judgeSource,
  type ListedSource,
  type Manifests,
  mapInOrder,
  type Sources,
  type Verdict,
} from "@image-pipeline/audit";
import { toManifestKey } from "@image-pipeline/schema/keys";
import type { Manifest } from "@image-pipeline/schema/manifest";
import type { Scope } from "../connection/scope.ts";

/** Manifests read at the same time: enough to hide a round trip of 30 ms, few enough to hold no memory. */
const WIDTH = 24;

/** A source, compared with its manifest. */
export interface Compared {
  source: ListedSource;
  verdict: Verdict;
  /** Undefined when there is none, or it cannot be read. */
  manifest: Manifest | undefined;
}

export interface Comparison {
  sources: Sources;
  manifests: Manifests;
  scope: Scope;
  isCurrent: IsCurrent;
}

/** Every source in scope with its verdict, in the order of the listing. @param after only keys after this one */
export function compareImages(comparison: Comparison, after?: string): AsyncGenerator<Compared> {
  return mapInOrder(inScope(comparison, after), WIDTH, (source) => compare(source, comparison));
}

async function* inScope({ sources, scope }: Comparison, after?: string): AsyncGenerator<ListedSource> {
  for await (const source of sources.list(scope.prefix, after))
    if (scope.isProcessed(source.key)) yield source;
}

async function compare(
  source: ListedSource,
  { sources, manifests, isCurrent }: Comparison,
): Promise<Compared> {
  const read = await manifests.read(toManifestKey(sources.bucket, source.key));
  const verdict = judgeSource(source, read, isCurrent);
  return { source, verdict, manifest: read === "unreadable" ? undefined : read };
}
