import { describe, expect, it } from "vitest";
import { toOptions } from "../../src/cli/options.ts";

describe("toOptions", () => {
  it("uploads the samples and goes on serving when nothing is said", () => {
    expect(toOptions([])).toEqual({
      paths: [],
      samples: true,
      out: undefined,
      exit: false,
      json: false,
      port: undefined,
      dataDir: undefined,
      webhook: undefined,
      rekognition: "simulated",
      help: false,
    });
  });

  it("takes files and flags in any order", () => {
    const options = toOptions([
      "a.jpg",
      "--exit",
      "--out",
      "OUT",
      "b",
      "--port",
      "0",
      "--data-dir",
      "D",
      "--rekognition",
      "aws",
      "--json",
      "--webhook",
      "https://app.example/hooks?team=1",
      "--no-samples",
    ]);
    expect(options).toEqual({
      paths: ["a.jpg", "b"],
      samples: false,
      out: "OUT",
      exit: true,
      json: true,
      port: 0,
      dataDir: "D",
      webhook: "https://app.example/hooks?team=1",
      rekognition: "aws",
      help: false,
    });
  });

  it("passes over the separator that package managers put in front", () => {
    expect(toOptions(["--", "--exit"])).toMatchObject({ exit: true, paths: [] });
  });

  it.each([
    [["--frobnicate"], "Unknown option '--frobnicate': see --help"],
    [["--out"], "Option '--out <value>' argument missing: see --help"],
    [["--rekognition", "azure"], "--rekognition must be simulated or aws, not azure"],
    [["--port", "http"], "--port http is no port: give a number from 0 to 65535"],
    [["--port", "70000"], "--port 70000 is no port: give a number from 0 to 65535"],
    [
      ["--webhook", "ftp://app.example"],
      "--webhook ftp://app.example is no address to post to: give a URL such as http://127.0.0.1:3000/images",
    ],
    [
      ["--webhook", "app.example"],
      "--webhook app.example is no address to post to: give a URL such as http://127.0.0.1:3000/images",
    ],
    [
      ["--webhook", "https://me:secret@app.example/x"],
      "--webhook https://app.example must not hold a user or a password: none is sent with a delivery",
    ],
  ])("says in one line what is wrong with %j, as a fault of usage", (args, message) => {
    expect(() => toOptions(args)).toThrow(expect.objectContaining({ message, exitCode: 2 }));
  });
});
