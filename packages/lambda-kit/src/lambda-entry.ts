/**
 * One of several entries of a zip. It is built while its own function starts, where Lambda gives more CPU, and never in
 * another's, whose environment is not for it.
 *
 * @param name the export that it becomes: `index.<name>` to Lambda
 */
export function lambdaEntry<Given extends unknown[], Answer>(
  name: string,
  build: () => (...given: Given) => Answer,
): (...given: Given) => Answer {
  let built = process.env._HANDLER === `index.${name}` ? build() : undefined;
  return (...given) => {
    built ??= build();
    return built(...given);
  };
}
