/**
 * S3's order of two events of the same key: pad the shorter with zeros on the right, then compare as text
 * (docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html). A numeric compare
 * gets sequencers of unequal length wrong.
 *
 * @returns negative when `a` came before `b`, zero when they are the same event, positive when after
 */
export function compareSequencers(a: string, b: string): number {
  const length = Math.max(a.length, b.length);
  const left = a.toUpperCase().padEnd(length, "0");
  const right = b.toUpperCase().padEnd(length, "0");
  return left < right ? -1 : left > right ? 1 : 0;
}
