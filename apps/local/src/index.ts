export type { Inspect, OpenConsole, Options } from "./cli/options.ts";
export { type Clock, systemClock } from "./clock.ts";
export { type LocalPipeline, type LocalPipelineOptions, startLocalPipeline } from "./local-pipeline.ts";
export { type Server, startServer } from "./server.ts";
export { awsClients, LOCAL_CREDENTIALS } from "./services/clients.ts";
export { type LocalServices, startLocalServices } from "./services/local-services.ts";
export { start } from "./start.ts";
export { type Ending, type TrackedUploads, trackedUploads } from "./tracking/tracked-uploads.ts";
export { trackUploads, type UploadTracker } from "./tracking/upload-tracker.ts";
