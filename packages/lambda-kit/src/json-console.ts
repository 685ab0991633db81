import { Console } from "node:console";
import { Writable } from "node:stream";
import { type LineSink, toSafeJson } from "@image-pipeline/schema/plain-text";

/**
 * Makes Powertools' logger or metrics write lines of JSON on which no terminal and no log viewer acts: keys and errors that
 * they contain come from uploaders. The meaning of the JSON stays the same. Powertools has no option for its console.
 */
export function writeSafeJson<Writer extends object>(writer: Writer): Writer {
  // In Powertools' development mode it is the global console, which belongs to the developer.
  if (Reflect.get(writer, "console") === console) return writer;
  Reflect.set(writer, "console", new Console(safe(process.stdout), safe(process.stderr)));
  return writer;
}

function safe(stream: LineSink): Writable {
  return new Writable({
    decodeStrings: false,
    write(text: unknown, _encoding, done) {
      stream.write(toSafeJson(String(text)));
      done();
    },
  });
}
