import * as z from "zod";

/** The origin of a page as a browser sends it, or `*` for every page. */
const PageOrigin = z
  .string()
  .regex(
    /^(\*|https?:\/\/([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d+)?)$/,
    'must be the origin of a page, such as "https://app.example.com" or "http://localhost:3000", without a path, or "*"',
  );

/** CloudFront reads certificates in this region only (docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html). */
const CertificateArn = z
  .string()
  .regex(
    /^arn:aws[\w-]*:acm:[\w-]+:\d{12}:certificate\/[\w-]+$/,
    "must be the ARN of a certificate of AWS ACM",
  )
  .refine((arn) => arn.split(":")[3] === "us-east-1", {
    error: ({ input }) =>
      `must be in us-east-1, the only region from which CloudFront takes certificates, not in ${String(input).split(":")[3]}`,
  });

const WebAclArn = z
  .string()
  .regex(
    /^arn:aws[\w-]*:wafv2:us-east-1:\d{12}:global\/webacl\/[\w-]+\/[\w-]+$/,
    "must be the ARN of a web ACL with the scope CLOUDFRONT, which is in us-east-1",
  );

const HEADER = "-----BEGIN PUBLIC KEY-----";
const PublicKey = z
  .string()
  .refine((pem) => !pem.includes("PRIVATE KEY"), {
    message:
      "must be the public key: keep the private one out of the config, and replace it if it was committed",
    abort: true,
  })
  .refine((pem) => pem.trimStart().startsWith(HEADER), `must be a PEM text that begins with ${HEADER}`);

const PublicKeys = z.strictObject({
  a: PublicKey.nullable().default(null),
  b: PublicKey.nullable().default(null),
});

const Manifests = z.union(
  [z.strictObject({ maxAgeSeconds: z.int().min(1).max(86_400) }), z.literal("signed"), z.literal("none")],
  { error: 'must be "none", "signed", or { maxAgeSeconds } of 1 to 86400' },
);

const Placeholder = z
  .string()
  .regex(
    /^(\/i\/|\/renditions\/|https:\/\/)[!-~]+$/,
    "must be an address of this distribution that begins with /i/ or /renditions/, or one with https://",
  );

/** CloudFront in front of the processed bucket. */
export const Delivery = z
  .strictObject({
    enabled: z.boolean().default(false),
    allowedOrigins: z.array(PageOrigin).default([]),
    domain: z
      .string()
      .regex(/^([a-z0-9-]+\.)+[a-z]{2,}$/, "must be a domain name, such as images.example.com")
      .nullable()
      .default(null),
    certificateArn: CertificateArn.nullable().default(null),
    zoneId: z
      .string()
      .regex(
        /^Z[A-Z0-9]+$/,
        "must be the id of a public hosted zone of Route 53, such as Z0123456789ABCDEFGHIJ",
      )
      .nullable()
      .default(null),
    webAclArn: WebAclArn.nullable().default(null),
    priceClass: z.enum(["PriceClass_100", "PriceClass_200", "PriceClass_All"]).default("PriceClass_All"),
    manifests: Manifests.default("none"),
    access: z.enum(["public", "signed"]).default("public"),
    publicKeys: PublicKeys.prefault({}),
    placeholderForRejected: Placeholder.nullable().default(null),
    distributionId: z
      .string()
      .regex(/^E[A-Z0-9]+$/, "must be the id of a distribution, such as E1ABCDEFGHIJKL")
      .nullable()
      .default(null),
  })
  .refine(({ domain, certificateArn }) => (domain === null) === (certificateArn === null), {
    path: ["certificateArn"],
    message: "must be set together with delivery.domain, or not at all",
  })
  .refine(({ domain, zoneId }) => zoneId === null || domain !== null, {
    path: ["zoneId"],
    message: "must be null without delivery.domain: the zone gets the domain's records",
  })
  .refine((delivery) => !needsKeys(delivery) || hasKey(delivery.publicKeys), {
    path: ["publicKeys"],
    message: 'must have a key in slot a or b, because delivery.access or delivery.manifests is "signed"',
  });
export type Delivery = z.infer<typeof Delivery>;

function needsKeys({ access, manifests }: { access: string; manifests: unknown }): boolean {
  return access === "signed" || manifests === "signed";
}

function hasKey({ a, b }: z.infer<typeof PublicKeys>): boolean {
  return a !== null || b !== null;
}
