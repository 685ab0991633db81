/** An HEVC stream of one picture: its configuration, and its data as a HEIF item has them. */
export interface HevcStream {
  width: number;
  height: number;
  bitDepth: number;
  hvcC: Buffer;
  data: Buffer;
}

function stream(width: number, height: number, hvcC: string, data: string, bitDepth = 8): HevcStream {
  return { width, height, bitDepth, hvcC: Buffer.from(hvcC, "base64"), data: Buffer.from(data, "base64") };
}

/** Pictures that were drawn for these tests and encoded with x265 (heif-enc 1.15, quality 90): no encoder is needed to run them. */
export const HEVC_STREAMS = {
  /** Flat tiles: 220, 30, 30; 30, 180, 30; 30, 30, 220; 240, 210, 30. */
  red: stream(
    64,
    64,
    "AQNwAAAAAAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQCEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqSSmubgQEDAgAAAMACAAAAwAIQCIAAQAHRAHBcrAiQA==",
    "AAAAGygBrwY4Wvz9N/iWB///sox6H+qt+qvEJj9fgA==",
  ),
  green: stream(
    64,
    64,
    "AQNwAAAAAAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQCEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqSSmubgQEDAgAAAMACAAAAwAIQCIAAQAHRAHBcrAiQA==",
    "AAAAGigBrwY4Wvz9N+GH///z8R///ebEqvEJj9fg",
  ),
  blue: stream(
    64,
    64,
    "AQNwAAAAAAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQCEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqSSmubgQEDAgAAAMACAAAAwAIQCIAAQAHRAHBcrAiQA==",
    "AAAAGigBrwY4Wvz9N/veB/kf5w0f//cX6q8QmP1+",
  ),
  yellow: stream(
    64,
    64,
    "AQNwAAAAAAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQCEAAQArQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbqSSmubgQEDAgAAAMACAAAAwAIQCIAAQAHRAHBcrAiQA==",
    "AAAAGygBrwY4Wvz7V/tOH///5w0fofuR+qvEJj9fgA==",
  ),
  /** Four quarters: red, green above blue, yellow, of the colours of the tiles. Coded in 64 x 64. */
  card: stream(
    64,
    48,
    "AQNwAAAAAAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQCEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uBAQMCAAAAMAIAAAAwAhIgABAAZEAcFzwIk=",
    "AAABHCgBrwY48Je97bfxKT///ZHPof1U/on7OpadV870779HaP/8UnCrGF/IB43bsmky91yAQfPgdSO615DSCSg8nHIpEzANxKIZtVhtF/aFYL/xFrhI/W6sIlEApH9XTA71zBCDRUVkid7OGDvXYp/8bo//zc/q3GDjnh/cuf/2qisey7+lPrNr/45eu+mbGtf1fM0Tz7rYW3Kt80sGU9Ivg3ah8WWnZmpGqyZWnpVQWBAeJcAtEvfWXaNepyUvCstlf4bTG8kFo0QAURDp3Cl8hSFRF45WP6De8BTS0bYPYwFHbvnAsxa6N+gXUaJnsrIaOYTVYMO1S4rMV3r5YSbBnmTQaDxC+hj91L4Fvdv95/7xZvo0ggOrJvuBKS3g",
  ),
  /** The same, 63 x 47. */
  odd: stream(
    63,
    47,
    "AQNwAAAAAAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQCEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uBAQMCAAAAMAIAAAAwAhIgABAAZEAcFzwIk=",
    "AAABHCgBrwY48Je97bfxKT///ZHPof1U/on7OpadV870779HaP/8UnCrGF/IB43bsmky91yAQfPgdSO615DSCSg8nHIpEzANxKIZtVhtF/aFYL/xFrhI/W6sIlEApH9XTA71zBCDRUVkid7OGDvXYp/8bo//zc/q3GDjnh/cuf/2qisey7+lPrNr/45eu+mbGtf1fM0Tz7rYW3Kt80sGU9Ivg3ah8WWnZmpGqyZWnpVQWBAeJcAtEvfWXaNepyUvCstlf4bTG8kFo0QAURDp3Cl8hSFRF45WP6De8BTS0bYPYwFHbvnAsxa6N+gXUaJnsrIaOYTVYMO1S4rMV3r5YSbBnmTQaDxC+hj91L4Fvdv95/7xZvo0ggOrJvuBKS3g",
  ),
  /** The same without chroma subsampling. */
  card444: stream(
    64,
    48,
    "AQQIAAAAAAAAAAAAHvAA/P/4+AAADwMgAAEAF0ABDAH//wQIAAADAJ44AAADAAAeugJAIQABACpCAQEECAAAAwCeOAAAAwAAHpAEECCy3VyU1zcCAgYEAAADAAQAAAMABCAiAAEACEQBwXMYMAiQ",
    "AAABHCgBrwY48Je97bfxKT///ZHPof1U/on7OpadV870779HaP/8UnCrGF/IB43bsmky91yAQfPgdSO615DSCSg8nHIpEzANxKIZtVhtF/aFYL/xFrhI/W6sIlEApH9XTA71zBCDRUVkid7OGDvXYp/8bo//zc/q3GDjnh/cuf/2qisey7+lPrNr/45eu+mbGtf1fM0Tz7rYW3Kt80sGU9Ivg3ah8WWnZmpGqyZWnpVQWBAeJcAtEvfWXaNepyUvCstlf4bTG8kFo0QAURDp3Cl8hSFRF45WP6De8BTS0bYPYwFHbvnAsxa6N+gXUaJnsrIaOYTVYMO1S4rMV3r5YSbBnmTQaDxC+hj91L4Fvdv95/7xZvo0ggOrJvuBKS3g",
  ),
  /** The same with the matrix of BT.709 and video range. */
  card709: stream(
    64,
    48,
    "AQNwAAAAAAAAAAAAHvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQCEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uBAQMCAAAAMAIAAAAwAhIgABAAZEAcFzwIk=",
    "AAABHCgBrwY48Je97bfxKT///ZHPof1U/on7OpadV870779HaP/8UnCrGF/IB43bsmky91yAQfPgdSO615DSCSg8nHIpEzANxKIZtVhtF/aFYL/xFrhI/W6sIlEApH9XTA71zBCDRUVkid7OGDvXYp/8bo//zc/q3GDjnh/cuf/2qisey7+lPrNr/45eu+mbGtf1fM0Tz7rYW3Kt80sGU9Ivg3ah8WWnZmpGqyZWnpVQWBAeJcAtEvfWXaNepyUvCstlf4bTG8kFo0QAURDp3Cl8hSFRF45WP6De8BTS0bYPYwFHbvnAsxa6N+gXUaJnsrIaOYTVYMO1S4rMV3r5YSbBnmTQaDxC+hj91L4Fvdv95/7xZvo0ggOrJvuBKS3g",
  ),
  /** White, without colours. */
  white: stream(
    64,
    48,
    "AQQIAAAAAAAAAAAAHvAA/Pz4+AAADwMgAAEAF0ABDAH//wQIAAADAJ/4AAADAAAeugJAIQABACZCAQEECAAAAwCf+AAAAwAAHsCCBBZbq5Ka5sCAAAADAIAAAAMAhCIAAQAGRAHBc8CJ",
    "AAAADygBrgxwtQvLf+Dl/sVfEw==",
  ),
  /** A grey tile of the size that phones use. */
  largeTile: stream(
    512,
    512,
    "AQNwAAAAAAAAAAAAWvAA/P34+AAADwMgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAWroCQCEAAQAsQgEBA3AAAAMAkAAAAwAAAwBaoAQCAIBZbqSSmubgQEDAgAAAAwCAAAADAIQiAAEAB0QBwXKwYkA=",
    "AAAAxygBrxMQXuLXtWnmzsPhIKqMsWXEolqSAI8AAC+AAICABmAAAAMAt4CjGdwDoAABCgAC3AAsgAAAAwAAAwAAAwN2kwABNAAMYAAAAwAAAwAAAwAAAwAABbyHAAADAAADAAADAAADAAADAAADAAADAgYAAAMAAAMAAAMAAAMAAAMAAAMAAAMDagAAAwAAAwAAAwAAAwAAAwAAAwAAdkAAAAMAAAMAAAMAAAMAAAMAAAMAA/oAAAMAAAMAAAMAAAMAAAMAAAMADfg=",
  ),
  /** The same in 10 bits, without chroma subsampling. */
  largeTile10: stream(
    512,
    512,
    "AQQIAAAAAAAAAAAAWvAA/P/6+gAADwMgAAEAF0ABDAH//wQIAAADAJw4AAADAABaugJAIQABACxCAQEECAAAAwCcOAAAAwAAWpAAgEAQCbLdSSU1zcCAgYEAAAMAAQAAAwABCCIAAQAIRAHBcoYMBiQ=",
    "AAAAbCgBrxMQWblrUlHmLE8uY34V4RDyQmoA0wM0MgAGjKTkhNQBjAW4RgAAAwAJqJMBehmAAAADAAANuIcAAAMAAAMAAAMD2gAAAwAAAwAAAwOaAAADAAADAACCgAAAAwAAAwAD2gAAAwAAAwAMmA==",
    10,
  ),
  /** Grey from 100 to 120 levels of 255, in 10 bits. */
  ramp: stream(
    256,
    16,
    "AQQIAAAAAAAAAAAAHvAA/P36+gAADwMgAAEAF0ABDAH//wQIAAADAJ24AAADAAAeugJAIQABACpCAQEECAAAAwCduAAAAwAAHqAICBBNluqumubgQEDAgAAAAwCAAAADAIQiAAEABkQBwXPBiQ==",
    "AAAAwSgBrwayH5mSsJIpnSEz3uBGuvsPwH9mfPtM/ua7jHeFYi+I8nfOKZG96bNaZA1SXbN+snXBX+QlY/wCcR3rVcKdagWmNCla6qc8Sm0z7kTRIn9sg95xAPev58qisHJWZDvenjKvlKswxWX8zEtWw1uslfD2TpM5FfY5ieaActysr/985OD+4OKVxhDgynTp9jEUW2OFFKdzF/2qInZ/CGzJOrmq91RHxi/R3JrANsr0hIfgN8uzVZr25/yMHVJ4BZw=",
    10,
  ),
} as const satisfies Record<string, HevcStream>;

/** Returns a stream whose parameter set declares a square of a side, cropped to the size of the stream (H.265, 7.3.2.2). */
export function croppedStream(of: HevcStream, side: number): HevcStream {
  const fixed = (value: number, bits: number) => value.toString(2).padStart(bits, "0");
  const code = (value: number) => {
    const bits = (value + 1).toString(2);
    return "0".repeat(bits.length - 1) + bits;
  };
  const bits = [
    ...[fixed(0x4201, 16), fixed(1, 8), "1".repeat(96)],
    ...[code(0), code(1), code(side), code(side), "1"],
    ...[code(0), code((side - of.width) / 2), code(0), code((side - of.height) / 2)],
    ...[code(0), code(0), "1"],
  ].join("");
  const set = Buffer.from(
    bits.match(/.{1,8}/g)?.map((byte) => Number.parseInt(byte.padEnd(8, "0"), 2)) ?? [],
  );
  const head = Buffer.alloc(28);
  head.set([3, 1, 33, 0, 1], 21);
  head.writeUInt16BE(set.length, 26);
  return { ...of, hvcC: Buffer.concat([head, set]) };
}
