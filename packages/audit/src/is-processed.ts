/** What the config says of keys: `uploads.prefix` and `uploads.suffixes`. */
export interface KeyFilter {
  prefix: string;
  /** Empty for every key. */
  suffixes: readonly string[];
}

/** Whether uploads under this key are processed at all: letter for letter, as S3 compares. */
export function isProcessed(key: string, { prefix, suffixes }: KeyFilter): boolean {
  const hasSuffix = suffixes.length === 0 || suffixes.some((suffix) => key.endsWith(suffix));
  return key.startsWith(prefix) && hasSuffix;
}
