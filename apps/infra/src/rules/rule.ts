/** Something that must hold between resources; `because` says with numbers why it does not, and what to change. */
export interface Rule<Subject> {
  broken(subject: Subject): boolean;
  because(subject: Subject): string;
}

/** The faults of all subjects under all rules, as whole sentences. */
export function faultsOf<Subject>(rules: readonly Rule<Subject>[], subjects: readonly Subject[]): string[] {
  return subjects.flatMap((subject) =>
    rules.filter((rule) => rule.broken(subject)).map((rule) => rule.because(subject)),
  );
}
