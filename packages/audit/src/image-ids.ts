/** The compared characters of an image id, five bits each: among a billion images the chance of two equal ones is one in a billion. */
const CHARACTERS = 12;
const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const FIRST_CAPACITY = 1024;

/** A set of image ids in eight bytes each, so that millions of them fit into memory. */
export interface ImageIds {
  add(imageId: string): void;
  has(imageId: string): boolean;
}

export function imageIds(): ImageIds {
  let numbers = new BigUint64Array(FIRST_CAPACITY);
  let count = 0;
  let isSorted = true;
  return {
    add(imageId) {
      if (count === numbers.length) {
        const larger = new BigUint64Array(2 * count);
        larger.set(numbers);
        numbers = larger;
      }
      numbers[count++] = toNumber(imageId);
      isSorted = false;
    },
    has(imageId) {
      if (!isSorted) numbers.subarray(0, count).sort();
      isSorted = true;
      return includes(numbers.subarray(0, count), toNumber(imageId));
    },
  };
}

function toNumber(imageId: string): bigint {
  let number = 0n;
  for (const character of imageId.slice(0, CHARACTERS))
    number = (number << 5n) | BigInt(Math.max(0, ALPHABET.indexOf(character)));
  return number;
}

function includes(sorted: BigUint64Array, wanted: bigint): boolean {
  let from = 0;
  let to = sorted.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? 0n) < wanted) from = middle + 1;
    else to = middle;
  }
  return sorted[from] === wanted;
}
