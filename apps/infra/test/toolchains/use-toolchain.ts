/** With `node --import`, takes the packages of a toolchain from the folder TOOLCHAIN_FOLDER instead of the workspace's. */
import { registerHooks } from "node:module";
import { pathToFileURL } from "node:url";

const folder = process.env.TOOLCHAIN_FOLDER;
if (folder === undefined) throw new Error("TOOLCHAIN_FOLDER is not set");
const parentURL = pathToFileURL(`${folder}/package.json`).href;

registerHooks({
  resolve: (specifier, context, next) =>
    /^(@cdktf\/provider-aws|cdktf|constructs)(\/|$)/.test(specifier) && !isOfAPackage(context.parentURL)
      ? next(specifier, { ...context, parentURL })
      : next(specifier, context),
});

/** Packages find each other in their own folder. */
function isOfAPackage(importer: string | undefined): boolean {
  return importer?.includes("/node_modules/") === true;
}
