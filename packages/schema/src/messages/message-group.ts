import { digest } from "./keys.ts";

/** The part of a key that names its tenant: the pattern's group, in the key without the prefix. */
export interface TenantRule {
  /** Start of every key, which no pattern sees. */
  prefix: string;
  /** A regular expression with a group. */
  pattern: string;
}

/** The group of all keys in which the pattern finds no tenant. By default it is the id of no tenant, whose name has no slash. */
const NO_TENANT = "/";
/** Characters that SNS and SQS accept (docs.aws.amazon.com/sns/latest/api/API_Publish.html). */
const GROUP_ID = /^[!-~]{1,128}$/;

/**
 * Returns the message group of a key, by which SQS's fair queues tell one tenant from another
 * (docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html). A tenant whose name is not a
 * valid id gets a hash of it.
 *
 * Keys without a tenant share one group: without a group each message is a tenant of its own to SQS, so a burst of them
 * would count as thousands of quiet tenants, and delay the others.
 */
export function messageGroups({ prefix, pattern }: TenantRule): (key: string) => string {
  const expression = new RegExp(pattern, "u");
  return (key) => {
    const tenant = expression.exec(key.startsWith(prefix) ? key.slice(prefix.length) : key)?.[1];
    if (!tenant) return NO_TENANT;
    return GROUP_ID.test(tenant) ? tenant : `sha256:${digest(tenant)}`;
  };
}
