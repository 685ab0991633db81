import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { descendantsOf, killTree } from "../../src/cli/process-tree.ts";

/** Starts another one in another process group, down to the depth; each calls the test and stays. */
const NESTED = `
const [port, depth] = process.argv.slice(1).map(Number);
if (depth > 1) require("node:child_process").spawn(process.execPath, ["-e", process.env.NESTED, port, depth - 1], { detached: true, stdio: "ignore" });
require("node:net").connect(port, "127.0.0.1").on("error", () => {});
setInterval(() => {}, 60000);`;

it("ends a process and all its descendants, in any process group", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const sockets: Promise<unknown>[] = [];
  const { promise: allCalled, resolve } = Promise.withResolvers<void>();
  server.on("connection", (socket: Socket) => {
    sockets.push(once(socket.on("error", () => {}).resume(), "close"));
    if (sockets.length === 3) resolve();
  });
  const address = server.address();
  const port = String(address !== null && typeof address === "object" ? address.port : 0);
  const root = spawn(process.execPath, ["-e", NESTED, port, "3"], {
    env: { ...process.env, NESTED },
    stdio: "ignore",
  });
  await allCalled;
  expect(descendantsOf(root.pid ?? 0)).toHaveLength(2);
  killTree(root.pid ?? 0);
  await Promise.all(sockets);
  expect(descendantsOf(root.pid ?? 0)).toEqual([]);
});
