import { describe, expect, it } from "vitest";
import { toOptions } from "../../src/cli/options.ts";

describe("toOptions", () => {
  it("uploads the samples and continues to serve without any option", () => {
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
      environment: undefined,
      inspect: [],
      watch: false,
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
      "--environment",
      "prod",
      "--inspect",
      "worker",
      "--inspect",
      "ingest:0",
      "--watch",
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
      environment: "prod",
      inspect: [
        { functionName: "worker", port: 9229 },
        { functionName: "ingest", port: 0 },
      ],
      watch: true,
      help: false,
    });
  });

  it("ignores the separator that package managers put in front", () => {
    expect(toOptions(["--", "--exit"])).toMatchObject({ exit: true, paths: [] });
  });

  it.each([
    [["--frobnicate"], "Unknown option '--frobnicate': see --help"],
    [["--out"], "Option '--out <value>' argument missing: see --help"],
    [["--rekognition", "azure"], '--rekognition must be simulated or aws, got "azure"'],
    [["--port", "http"], '--port must be a number from 0 to 65535, got "http"'],
    [["--port", "70000"], '--port must be a number from 0 to 65535, got "70000"'],
    [["--port", ""], '--port must be a number from 0 to 65535, got ""'],
    [["--inspect", "worker:x"], '--inspect NAME:PORT must be a number from 0 to 65535, got "x"'],
    [["--inspect", ""], '--inspect must be the name of a function, such as worker, got ""'],
    [["--out", ""], "--out must not be empty"],
    [["--data-dir", ""], "--data-dir must not be empty"],
    [["--environment", ""], "--environment must not be empty"],
    [
      ["--webhook", "ftp://app.example"],
      '--webhook must be a URL such as http://127.0.0.1:3000/images, got "ftp://app.example"',
    ],
    [
      ["--webhook", "app.example"],
      '--webhook must be a URL such as http://127.0.0.1:3000/images, got "app.example"',
    ],
    [
      ["--webhook", "https://me:secret@app.example/x"],
      "--webhook https://app.example must not contain a user or a password: deliveries are sent without",
    ],
  ])("rejects %j in one line, with the exit code of wrong usage", (args, message) => {
    expect(() => toOptions(args)).toThrow(expect.objectContaining({ message, exitCode: 2 }));
  });

  it.each([
    [{ PIPELINE_ENVIRONMENT: "prod" }, "prod"],
    [{ PIPELINE_ENVIRONMENT: "local" }, undefined],
    [{ PIPELINE_ENVIRONMENT: "" }, undefined],
  ])(
    "runs the settings of the environment in %j unless --environment names another",
    (variables, environment) => {
      expect(toOptions([], variables)).toMatchObject({ environment });
      expect(toOptions(["--environment", "dev"], variables)).toMatchObject({ environment: "dev" });
    },
  );
});
