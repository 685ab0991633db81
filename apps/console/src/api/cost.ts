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
  /** The use of an environment on AWS since the first of this month; null for this machine. */
  month: {
    /** ISO 8601, UTC. */
    from: string;
    images: number;
    /** Until now. */
    usd: number;
    perThousand: { usd: number; parts: CostPart[] };
    /** At the end of the month, if it goes on at this rate. */
    forecast: { images: number; usd: number };
  } | null;
}

export interface CostApi {
  "GET /api/cost": { answer: Cost };
}
