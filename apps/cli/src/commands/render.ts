import { Argument } from "@commander-js/extra-typings";
import { ending, JSON_OUTPUT, newCommand, type ProgramContext } from "../program/command.ts";

/** `npx pipeline render` */
export function renderCommand(context: ProgramContext) {
  return newCommand("render", context, {
    summary: "render files with the presets of pipeline.config.ts, without S3 or Lambda",
    description:
      "Runs the image engine alone on files, with the presets of pipeline.config.ts: to try presets out.",
    examples: [
      ["npx pipeline render photo.jpg --out out --sheet", "every preset, with an HTML page to look at"],
      ["npx pipeline render *.jpg --out out --preset thumb", "one preset only"],
    ],
    exitCodes: "0 done, 1 a file was rejected or failed, 2 wrong usage, 130 interrupted (Ctrl-C)",
  })
    .addArgument(new Argument("<files...>", "the images to render"))
    .requiredOption("--out <dir>", "where the renditions are written, as DIR/<file>/<preset>.<extension>")
    .option("--preset <name>", "only this preset")
    .option("--key <key>", "only the presets that presetRules give an upload with this key")
    .option("--focus <x,y>", "the metadata focus of the files, such as 0.3,0.7")
    .option("--environment <name>", "with the presets of this environment (default: the first one)")
    .option("--sheet", "write DIR/index.html too: every rendition, with its placeholder beside it")
    .addOption(JSON_OUTPUT)
    .action(
      ending(context, async (files, options) => {
        const { render } = await import("../render/render.ts");
        return render(files, options, context);
      }),
    );
}
