// Refuses synthesised stacks of a pull request that could run code, or read files, in the job that plans them with a role's
// credentials. That job runs this file from the main branch, before `terraform init`, with the runner's own Node.js.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [folder = "", environment = ""] = process.argv.slice(2);
if (folder === "" || environment === "") throw new Error("usage: node check-stacks.mjs FOLDER ENVIRONMENT");

/** The only keys of each block: a stack with any other, such as `module`, is refused. */
const STACK = ["//", "data", "output", "provider", "removed", "resource", "terraform"];
const TERRAFORM = ["backend", "required_providers"];
const BACKEND = ["bucket", "key", "region", "use_lockfile"];
const PROVIDER = ["alias", "allowed_account_ids", "default_tags", "region"];
/** The only data sources: none of them runs a program, reads a file or calls a server that is not AWS's. */
const DATA = ["aws_caller_identity"];
const FILES = /^[\w-]+\/(cdk\.tf\.json|assets\/[\w/-]+\.zip)$/;
/** An expression that names a part of a resource, and calls no function such as `file`; and the condition on name and region. */
const EXPRESSION =
  /^\$\{((data\.)?aws_\w+\.[\w-]+\.\w+|self\.output\.\w+( == "[\w-]+" && self\.output\.\w+ == "[\w-]+")?)\}$/;

const faults = filesIn(folder).flatMap(({ entry, path }) => {
  if (!entry.isFile() || !FILES.test(path)) return [`${path} is not a file of a synthesised stack`];
  return path.endsWith(".json") ? faultsIn(join(folder, path)).map((fault) => `${path}: ${fault}`) : [];
});
for (const fault of faults) console.error(fault);
process.exitCode = faults.length > 0 ? 1 : 0;

function filesIn(root) {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({ entry, path: join(entry.parentPath, entry.name).slice(join(root, "/").length) }));
}

/** Returns the faults of a stack's JSON. Writes it again, since Terraform would read a repeated key twice and this only once. */
function faultsIn(path) {
  const stack = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify(stack));
  const { terraform = {}, provider = {}, data = {}, resource = {} } = stack;
  const { backend = {}, required_providers: providers = {} } = terraform;
  const expressions = textsIn(stack).flatMap((text) => text.match(/[$%]\{[^}]*\}?/g) ?? []);
  return [
    ...others("key", Object.keys(stack), STACK),
    ...others("key of terraform", Object.keys(terraform), TERRAFORM),
    ...others("backend", Object.keys(backend), ["s3"]),
    ...others("key of the backend", Object.keys(backend.s3 ?? {}), BACKEND),
    ...others("required provider", Object.keys(providers), ["aws"]),
    ...others("source of a provider", [providers.aws?.source], ["aws", "hashicorp/aws"]),
    ...others("provider", Object.keys(provider), ["aws"]),
    ...others("key of the provider", [provider.aws].flat().flatMap(Object.keys), PROVIDER),
    ...others("data source", Object.keys(data), DATA),
    ...others(
      "resource",
      Object.keys(resource).filter((type) => !type.startsWith("aws_")),
      // Terraform's own, which keeps a value. A provisioner in it runs only when the plan is applied, after the review.
      ["terraform_data"],
    ),
    ...others(
      "expression",
      expressions.filter((one) => !EXPRESSION.test(one)),
      [],
    ),
    ...(String(backend.s3?.key).startsWith(`${environment}/`)
      ? []
      : ["the state is not that of the environment"]),
  ];
}

function others(what, names, allowed) {
  return names.filter((name) => !allowed.includes(name)).map((name) => `the ${what} ${name} is not allowed`);
}

/** Returns the keys and the texts in a value. */
function textsIn(value) {
  if (typeof value === "string") return [value];
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...textsIn(inner)]);
}
