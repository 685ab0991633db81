/** The address of every view, as in wouter. Tests open each of them. */
export const PATHS = [
  "/",
  "/images",
  "/images/:key",
  "/dead-letters",
  "/lab",
  "/check",
  "/events",
  "/cost",
] as const;
export type ViewPath = (typeof PATHS)[number];
