import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { writeZip } from "../function-factory.ts";
import { temporaryFolder } from "../temporary-folder.ts";

/** Calls the test, which detects the end of the process by the end of the connection, and then never yields again. */
const SPINNER = `exports.handler = async ({ port }) => {
  const socket = require("node:net").connect(port, "127.0.0.1");
  await new Promise((written) => socket.write("here", written));
  for (;;);
};`;

it("ends a function's process together with the host, even after kill -9 while the handler blocks", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;

  const script = join(import.meta.dirname, "dying-host.ts");
  const args = [script, writeZip({ "index.js": SPINNER }), temporaryFolder(), String(port)];
  const host = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  const [socket]: Socket[] = await once(server, "connection");
  if (!socket) throw new Error("the handler did not connect");
  socket.on("error", () => {});
  const ended = once(socket, "close");
  const [greeting] = await once(socket, "data"); // from now on the handler blocks
  host.kill("SIGKILL");
  await ended;
  expect(String(greeting)).toBe("here");
});
