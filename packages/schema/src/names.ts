/** The names of an environment's resources, the same on AWS and on this machine. */
export {
  FUNCTIONS,
  LIVE_ALIAS,
  type Names,
  SUBSCRIBERS,
  toNames,
  type WorkflowStep,
} from "./config/resource-names.ts";
export { LOCAL_WEBHOOK, toWebhookName, WEBHOOK_MEMORY_MEGABYTES } from "./config/webhooks.ts";
