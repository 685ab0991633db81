/** The part for an application's server: upload grants, manifests, webhooks and signatures. It uses the AWS SDK and Node.js. */
export type { ImageAnalyzed, ImageProcessed, ImageRejected, ImageRemoved, Manifest } from "./contract.ts";
export type { Upload, UploadOptions } from "./server/create-upload.ts";
export { type ImagePipeline, imagePipeline, type PipelineOptions } from "./server/image-pipeline.ts";
export { type CookieOptions, signCookies, signUrl, type UrlSignOptions } from "./server/sign.ts";
export type { SignedRequest, UppyRequest } from "./server/sign-request.ts";
export { UploadRefused } from "./server/upload-refused.ts";
export { verifyWebhook, type WebhookRequest } from "./server/verify-webhook.ts";
export type { WaitOptions } from "./server/wait-for-image.ts";
export type { ProcessedManifest, Rendition, ResultEvent } from "./shapes.ts";
