import { expect, test } from "vitest";
import { run } from "../run.ts";

test("bench --json writes one line with the figures of each benchmark, in the published shape", async () => {
  const argv = ["bench", "memory", "worker", "cold", "--rounds", "1", "--pictures", "4", "--json"];
  const { code, json } = await run(argv, { variables: process.env });
  expect({ code, fields: json.map((line) => Object.keys(Object(line))) }).toEqual({
    code: 0,
    fields: [["machine", "megapixels", "memory", "worker", "cold"]],
  });
});

test("bench writes a table for each benchmark without --json", async () => {
  const argv = ["bench", "memory", "--pictures", "4"];
  const { code, out } = await run(argv, { variables: process.env });
  expect({ code, text: out.join("\n") }).toEqual({
    code: 0,
    text: expect.stringMatching(/^\nResident memory \(MiB\) after picture/),
  });
});
