import { describe, expect, it } from "vitest";
import { toAttachOptions } from "../../src/attach/attach-options.ts";

describe("toAttachOptions", () => {
  it("accepts several states and an endpoint, and reads the operator's credentials from the environment", () => {
    const environment = {
      AWS_ACCESS_KEY_ID: "id",
      AWS_SECRET_ACCESS_KEY: "secret",
      AWS_SESSION_TOKEN: "token",
    };
    expect(
      toAttachOptions(
        ["--state", "a.json", "--state", "b.json", "--endpoint", "http://127.0.0.1:5000/"],
        environment,
      ),
    ).toEqual({
      statePaths: ["a.json", "b.json"],
      endpoint: "http://127.0.0.1:5000",
      port: 0,
      credentials: { accessKeyId: "id", secretAccessKey: "secret", sessionToken: "token" },
    });
  });

  it.each([
    [[]],
    [["--state", "a.json"]],
    [["--endpoint", "http://x"]],
    [["--state", "a", "--endpoint", "x y"]],
    [["--what"]],
  ])("fails with the usage: %j", (args) => {
    expect(() => toAttachOptions(args, {})).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^usage: attach --state/), exitCode: 2 }),
    );
  });
});
