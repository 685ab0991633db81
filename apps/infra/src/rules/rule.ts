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
