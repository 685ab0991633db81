import { toJsonLine, toPlainLines, writeLines } from "@image-pipeline/schema/plain-text";
import { UserFault } from "@image-pipeline/schema/user-fault";
import { attach } from "./attach/attach.ts";
import { toAttachOptions } from "./attach/attach-options.ts";
import { exits } from "./cli/exits.ts";

/** `node apps/local/src/attach.ts --state FILE… --endpoint URL [--port N]`: see `attach/attach.ts`. */
const ends = exits();
try {
  const endpoint = await attach(toAttachOptions(process.argv.slice(2), process.env), ends);
  writeLines(process.stdout, toJsonLine({ ready: endpoint }));
} catch (error) {
  if (!ends.isLeaving())
    writeLines(process.stderr, toPlainLines(error instanceof UserFault ? error.message : String(error)));
  await ends.leave(error instanceof UserFault ? error.exitCode : 1);
}
