/** Shapes and facts of AWS that more than one part of the pipeline reads. */
export { isNotFound, statusOf } from "./aws/aws-error.ts";
export { BridgedEvent, isBridged } from "./aws/bridged-event.ts";
export { type Condition, EventPattern, type ValueTest } from "./aws/event-pattern.ts";
export { InvocationRecord } from "./aws/invocation-record.ts";
export { toNotifiedObjects } from "./aws/notified-objects.ts";
export { QueueRedrivePolicy, toDeadLetterArn } from "./aws/redrive-policy.ts";
export { NotificationRecord, S3Notification, type S3Record } from "./aws/s3-notification.ts";
export { LARGEST_FILTERED_NUMBER } from "./messages/message-attributes.ts";
