import { DefaultTokenResolver, StringConcat, type TerraformStack, Tokenization } from "cdktf";

/** A condition that must hold between settings or resources; `because` explains a violation and how to fix it. */
export interface Rule<Subject> {
  broken(subject: Subject): boolean;
  because(subject: Subject): string;
}

/** Returns a sentence for each subject that breaks a rule. */
export function faultsOf<Subject>(rules: readonly Rule<Subject>[], subjects: readonly Subject[]): string[] {
  return subjects.flatMap((subject) =>
    rules.filter((rule) => rule.broken(subject)).map((rule) => rule.because(subject)),
  );
}

/** Returns a value as in `cdk.tf.json`: with references as `${…}`, so that two to the same attribute are equal. */
export function resolved(stack: TerraformStack, value: unknown): unknown {
  const resolver = new DefaultTokenResolver(new StringConcat());
  return Tokenization.resolve(value, { scope: stack, resolver, preparing: false });
}
