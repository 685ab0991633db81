import type { Pipeline } from "@image-pipeline/schema/config";
import type { TerraformStack } from "cdktf";
import { EncryptionKey, type EncryptionKeyProps } from "../constructs/encryption-key.ts";

type KeySettings = Pick<Pipeline, "encryption" | "retiredKey">;

/**
 * Creates the key of a stack: it encrypts everything, or is retired and only decrypts what it encrypted before.
 *
 * Without a key, Terraform forgets one that is in its state instead of scheduling its deletion.
 */
export function createKey(
  stack: TerraformStack,
  { encryption, retiredKey }: KeySettings,
  props: Omit<EncryptionKeyProps, "isRetired">,
): EncryptionKey | null {
  const isRetired = encryption === "sse-s3";
  const created = new EncryptionKey(stack, "Encryption", { ...props, isRetired });
  if (!isRetired || retiredKey === true) return created;
  stack.node.tryRemoveChild("Encryption");
  // CDKTF 0.21 has no class for Terraform's `removed` block. Without such a key in the state it has no effect.
  stack.addOverride(
    "removed",
    created.addresses.map((from) => ({ from, lifecycle: { destroy: false } })),
  );
  return null;
}

/** The ARNs that the constructs of a stack use; see `StackContext`. */
export function toKeyArns(key: EncryptionKey | null): {
  keyArn: string | null;
  decryptionKeyArn: string | null;
} {
  return { keyArn: key === null || key.isRetired ? null : key.arn, decryptionKeyArn: key?.arn ?? null };
}
