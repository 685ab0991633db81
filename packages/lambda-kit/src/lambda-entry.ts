/**
 * Builds a handler while its own function starts, when Lambda gives more CPU. The other handlers of the zip are not built,
 * as their functions have other environment variables.
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
