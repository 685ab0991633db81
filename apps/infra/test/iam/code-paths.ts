import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Function as FunctionNode, parseSync, Visitor } from "oxc-parser";

const ROOT = join(import.meta.dirname, "../../../..");

/** A top-level function or constant: its code without comments, and the code of the methods and constants in it by their names. */
interface Declaration {
  code: string;
  methods: ReadonlyMap<string, string>;
  constants: ReadonlyMap<string, string>;
}

/** The code of a function's zip that can call AWS: its own, and that of the packages that hold adapters. */
export interface Code {
  declarations: ReadonlyMap<string, Declaration>;
  /** The adapter behind each port by the port's name, such as `renditions` → `s3RenditionStore`. */
  adapters: ReadonlyMap<string, string>;
}

/** Reads the sources of an app, and of packages, from these folders below the repository's root. */
export function readCode(folders: readonly string[]): Code {
  const files = folders.flatMap((folder) => globSync(`${folder}/src/**/*.ts`, { cwd: ROOT }));
  const texts = files.map((file) => withoutComments(file, readFileSync(join(ROOT, file), "utf8")));
  const built = texts.flatMap((text) => [
    ...text.matchAll(/(\w+)(?::| =) ((?:s3|sns|sqs|rekognition)[A-Z]\w+)\(/g),
  ]);
  // A zip's entry points name every task of the zip, so they lead nowhere.
  const named = files.map((file, index) => [file, texts[index] ?? ""] as const);
  const read = named
    .filter(([file]) => !file.endsWith("/handler.ts"))
    .flatMap(([file, text]) => declarationsIn(file, text));
  return {
    declarations: new Map(read),
    adapters: new Map(built.map(([, port = "", adapter = ""]) => [port, adapter])),
  };
}

/**
 * Returns every call of AWS that these functions can reach, as `action port`. It follows names, so it finds calls that a run
 * never makes, and misses none that goes through a port.
 */
export function reachableCalls(entries: readonly string[], { declarations, adapters }: Code): Set<string> {
  const calls = new Set<string>();
  const seen = new Set<string>();
  for (const entry of entries) {
    const declaration = declarations.get(entry);
    if (!declaration) throw new Error(`no function ${entry}`);
    follow(declaration.code, null);
  }
  return calls;

  function follow(code: string, port: string | null): void {
    if (seen.has(`${port} ${code}`)) return;
    seen.add(`${port} ${code}`);
    if (port !== null) for (const action of actionsIn(code)) calls.add(`${action} ${port}`);
    for (const [, name = ""] of code.matchAll(/(?<![.\w])(\w+)\b(?!:)/g)) {
      const declaration = declarations.get(name);
      if (declaration && ![...adapters.values()].includes(name)) follow(declaration.code, port);
    }
    for (const [, name = "", method] of code.matchAll(/\b(\w+)\.(\w+)\(/g)) callPort(name, method);
    for (const [, name = ""] of code.matchAll(/\b(\w+)\(/g)) callPort(name, undefined);
  }

  /** Follows a method of the adapter behind a port, with the adapter's constants that it uses. */
  function callPort(name: string, method: string | undefined): void {
    const adapter = declarations.get(adapters.get(name) ?? "");
    if (!adapter) return;
    const code = method === undefined ? adapter.code : adapter.methods.get(method);
    if (code === undefined) return;
    follow(code, name);
    for (const [constant, own] of adapter.constants)
      if (new RegExp(`\\b${constant}\\b`).test(code)) follow(own, name);
  }
}

/** Actions by the command of the SDK; some need another one if their input has a property. */
const ACTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ChangeMessageVisibility: { "": "sqs:ChangeMessageVisibility" },
  CopyObject: { "": "s3:PutObject", CopySource: "s3:GetObject", Tagging: "s3:PutObjectTagging" },
  DeleteObject: { "": "s3:DeleteObject" },
  DeleteObjects: { "": "s3:DeleteObject" },
  DetectLabels: { "": "rekognition:DetectLabels" },
  DetectModerationLabels: { "": "rekognition:DetectModerationLabels" },
  GetObject: { "": "s3:GetObject", VersionId: "s3:GetObjectVersion" },
  GetObjectTagging: { "": "s3:GetObjectTagging" },
  HeadObject: { "": "s3:GetObject" },
  ListObjectsV2: { "": "s3:ListBucket" },
  Publish: { "": "sns:Publish" },
  PublishBatch: { "": "sns:Publish" },
  PutObject: { "": "s3:PutObject", Tagging: "s3:PutObjectTagging" },
  // Every call names the version that it read, in a versioned bucket.
  PutObjectTagging: { VersionId: "s3:PutObjectVersionTagging" },
};

function actionsIn(code: string): string[] {
  return [...code.matchAll(/new (\w+)Command\(|paginate(\w+)\(/g)].flatMap((found) => {
    const command = found[1] ?? found[2] ?? "";
    const actions = ACTIONS[command];
    if (!actions) throw new Error(`the command ${command} is unknown: add it to code-paths.ts`);
    const input = code.slice(found.index, code.indexOf(");", found.index));
    const needed = Object.entries(actions).filter(([property]) => new RegExp(`\\b${property}`).test(input));
    return needed.map(([, action]) => action);
  });
}

function declarationsIn(file: string, text: string): [string, Declaration][] {
  return parseSync(file, text).program.body.flatMap((statement): [string, Declaration][] => {
    const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement;
    if (declaration?.type === "FunctionDeclaration" && declaration.id)
      return [[declaration.id.name, toDeclaration(file, text, declaration)]];
    if (declaration?.type !== "VariableDeclaration") return [];
    return declaration.declarations.flatMap((one): [string, Declaration][] =>
      one.id.type === "Identifier" ? [[one.id.name, toDeclaration(file, text, one)]] : [],
    );
  });
}

type Span = Pick<FunctionNode, "start" | "end">;

function toDeclaration(file: string, text: string, { start, end }: Span): Declaration {
  const methods = new Map<string, string>();
  const constants = new Map<string, string>();
  const add = (to: Map<string, string>, name: string, span: Span) => {
    if (span.start > start && span.end <= end) to.set(name, text.slice(span.start, span.end));
  };
  new Visitor({
    Property({ key, value }) {
      if (key.type === "Identifier" && /Function/.test(value.type)) add(methods, key.name, value);
    },
    VariableDeclarator({ id, init }) {
      if (id.type === "Identifier" && init) add(constants, id.name, init);
    },
  }).visit(parseSync(file, text).program);
  return { code: text.slice(start, end), methods, constants };
}

function withoutComments(file: string, text: string): string {
  let code = text;
  for (const { start, end } of parseSync(file, text).comments)
    code = code.slice(0, start) + " ".repeat(end - start) + code.slice(end);
  return code;
}
