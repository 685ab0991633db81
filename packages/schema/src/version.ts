/** The release of the pipeline, in every manifest and log line; `npm run release` writes it. It is no part of a recipe. */
export const VERSION = "0.1.0";
