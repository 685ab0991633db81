/**
 * Installs the dependencies if they are missing or if their list has changed; otherwise returns at once, without network.
 *
 * It runs before anything is installed, on the user's own Node.js, so it is plain JavaScript without dependencies. pnpm, in the
 * version that package.json names, is kept in `.cache`; everything else runs on the Node.js that is installed here.
 */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, constants as osConstants } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const cache = join(root, ".cache");
const pnpmFolder = join(cache, packageManager);
const pnpm = join(pnpmFolder, "node_modules/.bin/pnpm");
const stamp = join(root, "node_modules/.installed");
const link = join(root, "node_modules/.bin/pnpm");
// The toolchain cdktn has CDK Terrain's command line instead, which the docs, the workflows and our commands call by this name.
const cdktf = join(root, "node_modules/.bin/cdktf");
const cdktn = join(root, "node_modules/.bin/cdktn");

const state = toState();
if (!isInstalled()) {
  checkNode();
  await install();
}

/** Hashes every file that the installed packages depend on. */
function toState() {
  const folders = ["apps", "examples", "packages"].flatMap((parent) => childrenOf(parent));
  const manifests = folders.map((folder) => join(folder, "package.json"));
  const patches = ["patches", ...folders.map((folder) => join(folder, "patches"))].flatMap(childrenOf);
  const hash = createHash("sha256").update(`${process.platform} ${process.arch}\n`);
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml", "package.json", ...manifests, ...patches])
    if (existsSync(join(root, file))) hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

function childrenOf(folder) {
  const path = join(root, folder);
  return existsSync(path) ? readdirSync(path).map((name) => join(folder, name)) : [];
}

function isInstalled() {
  return existsSync(stamp) && readFileSync(stamp, "utf8") === state && existsSync(link);
}

/** Says once, at the install, that the user's Node.js is no longer maintained (nodejs.org/en/about/previous-releases). */
function checkNode() {
  const major = Number.parseInt(process.versions.node, 10);
  if (major < 18)
    fail(`Node.js ${process.versions.node} is too old: install Node.js 22 or newer (https://nodejs.org)`);
  if (major < 22)
    say(
      `Node.js ${process.versions.node} no longer gets security updates; please install Node.js 22 or newer. This project works all the same: it installs and uses Node.js 22.`,
    );
}

async function install() {
  say("installing dependencies: about 250 MB the first time");
  rmSync(stamp, { force: true });
  if (!existsSync(pnpm)) await installPnpm();
  if (existsSync(cdktn)) rmSync(cdktf, { force: true });
  await run(pnpm, ["install", "--reporter=append-only", ...placeFor("--store-dir", "pnpm-store")]);
  if (!existsSync(join(root, "node_modules/.bin/node")))
    fail(
      `this project runs on Linux (glibc) and macOS, on x64 and arm64, not on ${process.platform} ${process.arch}`,
    );
  rmSync(link, { force: true });
  symlinkSync(relative(dirname(link), pnpm), link);
  if (existsSync(cdktn) && !existsSync(cdktf)) symlinkSync("cdktn", cdktf);
  // pnpm writes the lockfile again if a package.json has changed.
  writeFileSync(stamp, toState());
}

async function installPnpm() {
  rmSync(cache, { recursive: true, force: true }); // the last version of pnpm, if there is one
  mkdirSync(pnpmFolder, { recursive: true });
  const args = [
    "install",
    "--prefix",
    pnpmFolder,
    "--no-save",
    "--no-package-lock",
    "--no-audit",
    "--no-fund",
  ];
  // Without a network npm would wait for 70 seconds before it says so.
  const retries = ["--fetch-retries=2", "--fetch-retry-mintimeout=500", "--fetch-retry-maxtimeout=2000"];
  const options = ["--prefer-offline", "--loglevel=error", ...retries, ...placeFor("--cache", "npm")];
  const npm = process.env.npm_execpath ?? "";
  const [command, ...first] = npm.endsWith("npm-cli.js") ? [process.execPath, npm] : ["npm"];
  await run(command, [...first, ...args, ...options, packageManager]);
}

/** A folder in `.cache` for what package managers otherwise keep in the home folder, if that is missing or read-only. */
function placeFor(option, name) {
  try {
    accessSync(homedir(), constants.W_OK);
    return [];
  } catch {
    return [option, join(cache, name)];
  }
}

/** Runs a command and shows its output only if it fails. A signal ends it, and then this process. */
async function run(command, args) {
  let child;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(name, () => {
      child?.kill(name);
      process.exit(128 + osConstants.signals[name]);
    });
  child = spawn(command, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
      showProgress(text);
    });
  const problem = await new Promise((resolve) => {
    child.on("error", (error) => resolve(error.message));
    child.on("close", (code, signal) =>
      resolve(code === 0 ? "" : `it ended with ${signal ?? `exit code ${code}`}`),
    );
  });
  showProgress("");
  // pnpm compares with the user's Node.js and with this CPU, which is not the one that the packages are for.
  const relevant = output.replace(/^\[WARN\] Unsupported (engine|platform) .*\n/gm, "");
  if (problem) fail(`${relevant}the install failed: ${problem}: ${command} ${args.join(" ")}`);
}

/** On a terminal, replaces the last line by pnpm's count of packages, or removes it. */
function showProgress(text) {
  if (!process.stderr.isTTY) return;
  const [progress = ""] = text.match(/(?<=Progress: ).*(?=\n)/) ?? [];
  if (progress || text === "") process.stderr.write(`\r\x1b[K${progress}`);
}

function say(text) {
  process.stderr.write(`${text}\n`);
}

function fail(text) {
  say(text);
  process.exit(1);
}
