export { type Accounts, keepAccounts } from "./accounting/accounts.ts";
export { type Ending, type Ledger, ledger } from "./accounting/ledger.ts";
export type { Options } from "./cli/options.ts";
export { type Clock, systemClock } from "./clock.ts";
export { type LocalPipeline, type LocalPipelineOptions, startLocalPipeline } from "./local-pipeline.ts";
export { type Server, startServer } from "./server.ts";
export { awsClients, LOCAL_CREDENTIALS } from "./services/clients.ts";
export { start } from "./start.ts";
