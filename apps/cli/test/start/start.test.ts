import { describe, expect, it } from "vitest";
import { run } from "../run.ts";

describe("npx pipeline start", () => {
  it.each([
    [["--frobnicate"], /^start: unknown option '--frobnicate'/],
    [["--out"], /^start: option '--out <dir>' argument missing/],
    [["--example", "galery"], /^start: option '--example <name>' argument 'galery' is invalid/],
    [["--example", "gallery", "--exit"], /^start: --example runs until you stop it with Ctrl-C/],
    [["--rekognition", "azure"], /^start: option '--rekognition <kind>' argument 'azure' is invalid/],
    [["--port", "http"], /^start: --port must be a whole number from 0 to 65535, got "http"$/],
    [["--port", ""], /^start: --port must be a whole number from 0 to 65535, got ""$/],
    [
      ["--inspect", "worker:x"],
      /^start: --inspect NAME:PORT must be a whole number from 0 to 65535, got "x"$/,
    ],
    [["--inspect", ":1"], /^start: --inspect must be the name of a function, such as worker, got ":1"$/],
    [["--out", ""], /^start: --out must not be empty$/],
    [["--data-dir", ""], /^start: --data-dir must not be empty$/],
    [["--environment", ""], /^start: --environment must not be empty$/],
    [["--port", "70000"], /^start: --port must be a whole number from 0 to 65535, got "70000"$/],
    [
      ["--webhook", "ftp://app.example"],
      /^start: --webhook must be a URL such as http:\/\/127.0.0.1:3000\/images, got "ftp:/,
    ],
    [
      ["--inspect", ":9230"],
      /^start: --inspect must be the name of a function, such as worker, got ":9230"$/,
    ],
    [
      ["--inspect", "worker:x"],
      /^start: --inspect NAME:PORT must be a whole number from 0 to 65535, got "x"$/,
    ],
    [["--data-dir", ""], /^start: --data-dir must not be empty$/],
    [["--environment", ""], /^start: --environment must not be empty$/],
    [
      ["--webhook", "http://192.168.1.5:3000/x"],
      /^start: --webhook http:\/\/192.168.1.5:3000 must be https: events go over http to this machine only/,
    ],
    [["--webhook", "app.example"], /^start: --webhook must be a URL such as/],
    [
      ["--webhook", "https://me:secret@app.example/x"],
      /^start: --webhook https:\/\/app.example must not contain a user or a password/,
    ],
  ])("reports %j in one line, as wrong usage", async (argv, message) => {
    const { code, error } = await run(["start", ...argv]);
    expect({ code, error }).toEqual({ code: 2, error: [expect.stringMatching(message)] });
  });
});
