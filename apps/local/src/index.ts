export { type Clock, systemClock } from "./clock.ts";
export { type LocalPipeline, type LocalPipelineOptions, startLocalPipeline } from "./local-pipeline.ts";
export { type Server, startServer } from "./server.ts";
export { awsClients, LOCAL_CREDENTIALS } from "./services/clients.ts";
export { type Ending, type Ledger, ledger } from "./tracking/tracked-uploads.ts";
export { type Accounts, keepAccounts } from "./tracking/upload-tracker.ts";
