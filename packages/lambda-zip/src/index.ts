export {
  type Bundle,
  type BundledFile,
  type BundleOptions,
  buildLambdaZip,
  type LambdaZip,
} from "./build-lambda-zip.ts";
export { bundlePackage } from "./lambda-package.ts";
export { hostTarget, lambdaTarget, type Target } from "./target.ts";
export { toZip } from "./to-zip.ts";
