import type { Pipeline } from "@image-pipeline/schema/config";

/** The pages whose scripts may read pictures, and what their requests may be. */
export interface EdgeCors {
  /** Origins, or `*` for all. */
  origins: readonly string[];
  methods: readonly string[];
  /** Names of headers that a page may add to its request, or `*` for all: none of them reaches an origin. */
  headers: readonly string[];
  maxAgeSeconds: number;
  allowsCredentials: boolean;
}

/** The headers that a page may send if it also sends cookies: `*` then means a header of this name (fetch.spec.whatwg.org/#cors-preflight-fetch). */
const HEADERS_WITH_COOKIES = ["cache-control", "if-modified-since", "if-none-match", "pragma", "range"];

/** Returns null if no page may read. Pages send signed cookies only to an origin that names them. */
export function edgeCors({ allowedOrigins, access, manifests }: Pipeline["delivery"]): EdgeCors | null {
  if (allowedOrigins.length === 0) return null;
  const isSigned = access === "signed" || manifests === "signed";
  const allowsCredentials = isSigned && !allowedOrigins.includes("*");
  return {
    origins: allowedOrigins,
    methods: ["GET", "HEAD"],
    headers: allowsCredentials ? HEADERS_WITH_COOKIES : ["*"],
    maxAgeSeconds: 600,
    allowsCredentials,
  };
}
