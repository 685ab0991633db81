import type { Runtime } from "@image-pipeline/local/running-runtimes";
import { describe, expect, test } from "vitest";
import { toTarget } from "../../src/connection/target.ts";
import { numberOf } from "../../src/program/to-number.ts";

const runtime = (port: number): Runtime => ({
  pid: port,
  endpoint: `http://127.0.0.1:${port}`,
  dataDir: `/data/${port}`,
  logsDir: `/data/${port}/logs`,
  startedAt: "2026-01-01T00:00:00.000Z",
});
const running =
  (...ports: number[]) =>
  async () =>
    ports.map(runtime);

describe("toTarget", () => {
  test("takes the origin of an endpoint", async () => {
    const target = await toTarget({ endpoint: "http://127.0.0.1:4566/" }, running());
    expect(target).toEqual({ endpoint: "http://127.0.0.1:4566" });
  });

  test("takes an environment", async () => {
    expect(await toTarget({ environment: "prod" }, running(1))).toEqual({ environment: "prod" });
  });

  test("finds the local runtime that is running", async () => {
    expect(await toTarget({}, running(4566))).toEqual({ endpoint: "http://127.0.0.1:4566" });
  });

  test("uses the settings of the environment that the runtime runs", async () => {
    const runtimes = async () => [{ ...runtime(4566), environment: "prod" }];
    expect(await toTarget({}, runtimes)).toEqual({ endpoint: "http://127.0.0.1:4566", settingsOf: "prod" });
  });

  test("lists the runtimes when there are several", async () => {
    await expect(toTarget({}, running(1, 2))).rejects.toThrow(
      /^2 local runtimes are running: choose one with --endpoint URL\n {2}http:\/\/127\.0\.0\.1:1 .*\n {2}http:\/\/127\.0\.0\.1:2 /,
    );
  });

  test("names the command that starts one when there is none", async () => {
    await expect(toTarget({}, running())).rejects.toThrow(/^no local runtime is running on this machine/);
  });

  test.each(["127.0.0.1:4566", "file:///x"])("refuses the endpoint %s", async (endpoint) => {
    await expect(toTarget({ endpoint }, running())).rejects.toThrow(/^--endpoint must be a URL such as/);
  });
});

describe("numberOf", () => {
  test.each([
    ["0", { least: 1 }, '--rate must be a number, 1 or more, got "0"'],
    ["", { least: 0 }, '--rate must be a number, 0 or more, got ""'],
    ["1.5", { least: 0, most: 9, whole: true }, '--rate must be a whole number from 0 to 9, got "1.5"'],
    ["many", { least: 0 }, '--rate must be a number, 0 or more, got "many"'],
  ])("refuses %j within %j", (text, bounds, message) => {
    expect(() => numberOf("--rate", bounds)(text)).toThrow(message);
  });

  test("accepts its bounds", () => {
    expect(["1", "9"].map(numberOf("--rate", { least: 1, most: 9 }))).toEqual([1, 9]);
  });
});
