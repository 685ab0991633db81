/** How a queue is encrypted: SQS takes a customer key or its own, never both (API_SetQueueAttributes). */
export function queueEncryption(keyArn: string | null) {
  return keyArn === null ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: keyArn };
}
