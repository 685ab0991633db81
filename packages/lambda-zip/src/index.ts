export { type Bundle, type BundleOptions, buildLambdaZip, bundleHandler, type LambdaZip } from "./build-lambda-zip.ts";
export { hostTarget, lambdaTarget, type Target } from "./target.ts";
export { toZip } from "./to-zip.ts";
