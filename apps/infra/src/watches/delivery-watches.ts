import { THREE_OF_FIVE_MINUTES, type Watch } from "./watch.ts";

/** Fewest requests in a minute for which a share of errors is meaningful. */
const FEWEST_REQUESTS = 20;
const MAX_ERROR_PERCENT = 5;

export interface WatchedDistribution {
  distributionId: string;
  /** Names of its CloudFront Functions. */
  edgeFunctions: readonly string[];
  /** Name of the function whose URL is an origin. */
  resolver: string;
}

/** Returns the watches of a distribution and of its origins. CloudFront's metrics are for all edge locations together. */
export function deliveryWatches({ distributionId, edgeFunctions, resolver }: WatchedDistribution): Watch[] {
  const atTheEdge = (name: string, statistic: string, dimensions: Record<string, string>) => ({
    namespace: "AWS/CloudFront",
    name,
    statistic,
    dimensions: { ...dimensions, Region: "Global" },
  });
  const ofDistribution = (name: string, statistic: string) =>
    atTheEdge(name, statistic, { DistributionId: distributionId });
  return [
    {
      ...THREE_OF_FIVE_MINUTES,
      id: "EdgeErrors",
      name: "delivery-5xx",
      meaning: `CloudFront answers more than ${MAX_ERROR_PERCENT} % of the requests with a 5xx error`,
      section: "delivery-errors",
      isSevere: true,
      isAtTheEdge: true,
      measure: {
        expression: `IF(requests >= ${FEWEST_REQUESTS}, errors, 0)`,
        label: "5xx, in percent",
        metrics: {
          requests: ofDistribution("Requests", "Sum"),
          errors: ofDistribution("5xxErrorRate", "Average"),
        },
      },
      threshold: MAX_ERROR_PERCENT,
    },
    {
      ...THREE_OF_FIVE_MINUTES,
      id: "OriginErrors",
      name: "delivery-origin-errors",
      meaning: "The resolver answers CloudFront with a 5xx error",
      section: "delivery-errors",
      isSevere: true,
      measure: {
        namespace: "AWS/Lambda",
        name: "Url5xxCount",
        statistic: "Sum",
        dimensions: { FunctionName: resolver },
      },
      threshold: 1,
    },
    ...edgeFunctions.map(
      (functionName, index): Watch => ({
        ...THREE_OF_FIVE_MINUTES,
        id: `EdgeFunctionErrors${index}`,
        name: `${functionName.split("-").slice(-2).join("-")}-errors`,
        meaning: `The CloudFront Function ${functionName} fails`,
        section: "delivery-errors",
        isSevere: true,
        isAtTheEdge: true,
        measure: atTheEdge("FunctionExecutionErrors", "Sum", { FunctionName: functionName }),
        threshold: 1,
      }),
    ),
  ];
}
