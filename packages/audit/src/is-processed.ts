/** The filter of keys in the config: `uploads.prefix` and `uploads.suffixes`. */
export interface KeyFilter {
  prefix: string;
  /** Empty for every key. */
  suffixes: readonly string[];
}

/** Returns true if uploads under this key are processed. Upper and lower case differ, as in S3. */
export function isProcessed(key: string, { prefix, suffixes }: KeyFilter): boolean {
  const hasSuffix = suffixes.length === 0 || suffixes.some((suffix) => key.endsWith(suffix));
  return key.startsWith(prefix) && hasSuffix;
}
