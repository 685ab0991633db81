/** CloudFront Function (cloudfront-js-2.0) of the default behaviour: no request for an unknown path reaches the bucket. */

// biome-ignore lint/correctness/noUnusedVariables: CloudFront calls it
function handler() {
  return {
    statusCode: 403,
    statusDescription: "Forbidden",
    headers: { "content-type": { value: "text/plain" }, "cache-control": { value: "no-store" } },
    body: { encoding: "text", data: "There is nothing to read at this address.\n" },
  };
}
