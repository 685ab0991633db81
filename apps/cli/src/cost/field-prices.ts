/** A published price of another system, and the work that it is for. */
export interface FieldPrice {
  system: string;
  published: string;
  /** The work that it covers, and the work that it does not. */
  work: string;
  /** US dollars for a million files made, from least to most; null if the price is not by files. */
  perMillionFiles: readonly [number, number] | null;
  /** False if the price leaves out a part that every system needs, such as the requests to its storage. */
  isWhole: boolean;
  source: string;
}

/** Prices that their owners publish, read in November 2026; each with the date of its source. */
export const FIELD_PRICES: readonly FieldPrice[] = [
  {
    system: "Dynamic Image Transformation for CloudFront, Lambda",
    published: "10.93 USD of Lambda and 11.00 of API Gateway for a million misses",
    work: "a file when it is first requested, kept in CloudFront's cache only; again after it is evicted",
    perMillionFiles: [21.93, 21.93],
    isWhole: true,
    source: "docs.aws.amazon.com, Dynamic Image Transformation, cost of the Lambda architecture (2026)",
  },
  {
    system: "Cloudflare Images",
    published: "0.50 USD for 1,000 unique transformations a month, after 5,000",
    work: "a file when it is first requested, every month again; storage is 50 USD for a million images a month",
    perMillionFiles: [500, 500],
    isWhole: true,
    source: "developers.cloudflare.com/images/pricing (2026)",
  },
  {
    system: "Cloudinary",
    published: "one credit, 0.41 to 0.44 USD, for 1,000 transformations",
    work: "a file when it is first requested, once; storage and traffic use credits too",
    perMillionFiles: [407, 440],
    isWhole: true,
    source: "cloudinary.com/pricing, plans Plus to Extra (May 2026)",
  },
  {
    system: "imgix",
    published: "one credit, 0.25 USD, for 500 renders",
    work: "a file when it is first requested; cache and traffic use credits too",
    perMillionFiles: [500, 500],
    isWhole: true,
    source: "imgix.com/faq-categories/credit-usage-value (May 2026)",
  },
  {
    system: "Uploadcare",
    published: "66 USD a month for 100,000 operations",
    work: "upload, transformation and delivery, each an operation",
    perMillionFiles: [660, 660],
    isWhole: true,
    source: "uploadcare.com/pricing, Pro (2026)",
  },
  {
    system: "imgproxy, self-hosted",
    published: "82 JPEG or 17.8 AVIF thumbnails a second on a c7g.large at 0.0725 USD an hour",
    work: "the CPU of a server that is 100 % busy; no storage, queue, retries, second server or idle time",
    perMillionFiles: [0.25, 1.13],
    isWhole: false,
    source: "imgproxy's benchmark, and EC2's list price (2026)",
  },
  {
    system: "ImageKit",
    published: "49 USD for 40 GB of traffic, then 9 USD for 20 GB",
    work: "transformations are free, traffic is not: 20 USD for a million pictures of 45 kB",
    perMillionFiles: null,
    isWhole: true,
    source: "help.imagekit.io, article 4108240 (undated)",
  },
];
