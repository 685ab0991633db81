/** The types of every published result event; a test compares them with the contract, which would take long to load for a help text. */
export const TYPES = ["image.processed", "image.rejected", "image.removed", "image.analyzed"];
