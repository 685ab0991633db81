import { DefaultTokenResolver, StringConcat, type TerraformStack, Tokenization } from "cdktf";

/** Returns a value as in `cdk.tf.json`: with references as `${…}`, so that two to the same attribute are equal. */
export function resolved(stack: TerraformStack, value: unknown): unknown {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return Tokenization.resolve(value, { scope: stack, resolver, preparing: false });
}
