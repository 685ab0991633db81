/** A program in the place of the engine's that is never ready. */
process.on("disconnect", () => process.exit());
