/** US dollars a month by part, such as `S3 requests`. */
export type Parts = Readonly<Record<string, number>>;

export function sumOf(all: readonly Parts[]): Parts {
  const sums: Record<string, number> = {};
  for (const [part, usd] of all.flatMap(Object.entries)) sums[part] = (sums[part] ?? 0) + usd;
  return Object.fromEntries(Object.entries(sums).filter(([, usd]) => usd > 0));
}
