/** A call of Route 53 without its client: moto looks at the service only. */
const AUTHORIZATION =
  "AWS4-HMAC-SHA256 Credential=operator/20260101/us-east-1/route53/aws4_request, SignedHeaders=host, Signature=0";
/** Moto's ids of zones begin with any letter or digit, those of AWS with a Z. */
const ID = /<Id>\/hostedzone\/(Z[A-Z0-9]+)<\/Id>/;
const MOST_ATTEMPTS = 1000;

/** Creates hosted zones until the id of one looks like AWS's, and returns this id. */
export async function createHostedZone(endpoint: string, name: string): Promise<string> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const body = `<CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Name>${name}</Name><CallerReference>${attempt}</CallerReference></CreateHostedZoneRequest>`;
    const answer = await fetch(`${endpoint}/2013-04-01/hostedzone`, {
      method: "POST",
      headers: { authorization: AUTHORIZATION, "content-type": "application/xml" },
      body,
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`CreateHostedZone: ${answer.status} ${text}`);
    const [, id] = ID.exec(text) ?? [];
    if (id !== undefined) return id;
  }
  throw new Error(`none of ${MOST_ATTEMPTS} ids of hosted zones begins with a Z`);
}
