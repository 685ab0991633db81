export interface CostPart {
  part: string;
  usd: number;
  detail: string;
}

/** Prices in US dollars. */
export interface Cost {
  /** The region and the date of the prices. */
  pricesOf: string;
  perMillion: { usd: number; parts: CostPart[] };
  storagePerMonth: { gigabytes: number; usd: number };
  /** The config's expectation. */
  imagesPerMonth: number;
  /** The single changes that save most, for a million images. */
  savings: { change: string; loses: string; saves: number }[];
  /** The last days of an environment on AWS; null for this machine. */
  actual: { days: number; images: number; perMillion: { usd: number; parts: CostPart[] } } | null;
}

export interface CostApi {
  "GET /api/cost": { answer: Cost };
}
