import { UserFault } from "@image-pipeline/schema/user-fault";
import type { z } from "zod";
import type {
  Behaviour,
  CachePolicy,
  Distribution,
  Origin,
  ResponseHeaders,
} from "../topology/distribution.ts";
import * as types from "./edge-resource-types.ts";
import { parseAll, type Resource } from "./resource.ts";

/** AWS's managed policy CachingDisabled, which no stack defines. */
const CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const NO_CACHE: CachePolicy = { minSeconds: 0, defaultSeconds: 0, maxSeconds: 0, headers: [] };
const NO_HEADERS: ResponseHeaders = { cors: null, headers: [] };
/** CloudFront's default for a policy that does not set it. */
const DEFAULT_SECONDS = { min: 0, usual: 86_400, max: 31_536_000 };

type Parsed<Type extends { shape: z.ZodType }> = z.output<Type["shape"]>;
type ParsedBehaviour = NonNullable<Parsed<typeof types.distribution>["default_cache_behavior"]>;

/**
 * Returns the distributions with the policies, keys and functions that they refer to.
 *
 * @throws {UserFault} naming the distribution whose reference leads nowhere
 */
export function toDistributions(resources: readonly Resource[]): Distribution[] {
  const parts = toParts(resources);
  return parseAll(resources, types.distribution)
    .filter(({ enabled }) => enabled)
    .map(({ resource, ...values }) => {
      const find = finder(resource);
      const origins = new Map(
        values.origin.map((origin) => [origin.origin_id, toOrigin(origin.domain_name, parts, find)]),
      );
      const ordered = values.ordered_cache_behavior;
      const last = find(
        [values.default_cache_behavior].filter((one) => one !== null),
        () => true,
        "default",
      );
      return {
        id: values.id,
        arn: values.arn,
        domainName: values.domain_name,
        defaultRootObject: values.default_root_object,
        behaviours: [...ordered, { ...last, path_pattern: "*" }].map((one) =>
          toBehaviour(one, { origins, parts, find }),
        ),
        errorSeconds: new Map(
          values.custom_error_response.map((one) => [one.error_code, one.error_caching_min_ttl ?? 10]),
        ),
      };
    });
}

type Parts = ReturnType<typeof toParts>;
type Find = <Thing>(things: readonly Thing[], isIt: (thing: Thing) => boolean, what: string) => Thing;

function toParts(resources: readonly Resource[]) {
  return {
    functionUrls: parseAll(resources, types.functionUrl),
    bucketPolicies: parseAll(resources, types.bucketPolicy),
    functions: parseAll(resources, types.edgeFunction),
    cachePolicies: parseAll(resources, types.cachePolicy),
    headersPolicies: parseAll(resources, types.headersPolicy),
    publicKeys: parseAll(resources, types.publicKey),
    keyGroups: parseAll(resources, types.keyGroup),
  };
}

function finder({ origin, address }: Resource): Find {
  return (things, isIt, what) => {
    const found = things.find(isIt);
    if (found !== undefined) return found;
    throw new UserFault(`${origin}: ${address} refers to ${what}, but no stack defines it`);
  };
}

function toOrigin(domainName: string, { functionUrls, bucketPolicies }: Parts, find: Find): Origin {
  const [, bucket] = /^(.+)\.s3\.[\w-]+\.amazonaws\.com$/.exec(domainName) ?? [];
  if (bucket !== undefined) {
    const { policy } = find(bucketPolicies, (one) => one.bucket === bucket, `the policy of ${bucket}`);
    return { kind: "bucket", bucket, policy };
  }
  const [urlId = ""] = domainName.split(".lambda-url.");
  const url = find(functionUrls, (one) => one.url_id === urlId, `the origin ${domainName}`);
  return { kind: "function", functionName: url.function_name, urlId };
}

interface Basis {
  origins: ReadonlyMap<string, Origin>;
  parts: Parts;
  find: Find;
}

function toBehaviour(values: ParsedBehaviour, { origins, parts, find }: Basis): Behaviour {
  const {
    target_origin_id: target,
    response_headers_policy_id: headers,
    trusted_key_groups: groups,
  } = values;
  const [, origin] = find([...origins], ([id]) => id === target, `the origin ${target}`);
  const functionFor = (event: string) => {
    const association = values.function_association.find((one) => one.event_type === event);
    if (association === undefined) return null;
    const { function_arn: arn } = association;
    return find(parts.functions, (one) => one.arn === arn, `the function ${arn}`);
  };
  const keyIds = groups.flatMap(
    (id) => find(parts.keyGroups, (one) => one.id === id, `the key group ${id}`).items,
  );
  const keys = keyIds.map((id) => find(parts.publicKeys, (one) => one.id === id, `the public key ${id}`));
  return {
    pathPattern: values.path_pattern ?? "*",
    methods: values.allowed_methods,
    origin,
    cache: toCachePolicy(values.cache_policy_id, parts, find),
    headers:
      headers === null
        ? NO_HEADERS
        : toResponseHeaders(find(parts.headersPolicies, ({ id }) => id === headers, `the policy ${headers}`)),
    viewerRequest: functionFor("viewer-request"),
    viewerResponse: functionFor("viewer-response"),
    trustedKeys: groups.length === 0 ? null : new Map(keys.map((key) => [key.id, key.encoded_key])),
  };
}

function toCachePolicy(wanted: string, { cachePolicies }: Parts, find: Find): CachePolicy {
  if (wanted === CACHING_DISABLED) return NO_CACHE;
  const policy = find(cachePolicies, ({ id }) => id === wanted, `the cache policy ${wanted}`);
  const { headers_config: headers } = policy.parameters_in_cache_key_and_forwarded_to_origin ?? {};
  return {
    minSeconds: policy.min_ttl ?? DEFAULT_SECONDS.min,
    defaultSeconds: policy.default_ttl ?? DEFAULT_SECONDS.usual,
    maxSeconds: policy.max_ttl ?? DEFAULT_SECONDS.max,
    headers: headers?.headers.map((name) => name.toLowerCase()) ?? [],
  };
}

function toResponseHeaders(policy: Parsed<typeof types.headersPolicy>): ResponseHeaders {
  const { cors_config: cors, custom_headers_config: custom, security_headers_config: security } = policy;
  const { content_type_options: type, strict_transport_security: transport } = security ?? {};
  const headers = [
    ...(type ? [{ name: "x-content-type-options", value: "nosniff", isOverride: type.override }] : []),
    ...(transport
      ? [
          {
            name: "strict-transport-security",
            value: [
              `max-age=${transport.access_control_max_age_sec}`,
              ...(transport.include_subdomains ? ["includeSubDomains"] : []),
              ...(transport.preload ? ["preload"] : []),
            ].join("; "),
            isOverride: transport.override,
          },
        ]
      : []),
    ...(custom?.items ?? []).map(({ header, value, override }) => ({
      name: header,
      value,
      isOverride: override,
    })),
  ];
  if (cors === null) return { cors: null, headers };
  return {
    headers,
    cors: {
      origins: cors.access_control_allow_origins,
      methods: cors.access_control_allow_methods,
      headers: cors.access_control_allow_headers,
      maxAgeSeconds: cors.access_control_max_age_sec ?? null,
      exposed: cors.access_control_expose_headers,
      allowsCredentials: cors.access_control_allow_credentials,
      isOverride: cors.origin_override,
    },
  };
}
