import { imageUploaded } from "@image-pipeline/schema/events";
import { expect, it } from "vitest";
import { formatExecution } from "../../src/cli/format-execution.ts";

const time = "2026-01-01T00:00:00.000Z";
const source = { bucket: "uploads", eTag: "e", versionId: null, size: 1, sequencer: "0055AED6DCD90281E5" };
const bodyOf = (key: string) => JSON.stringify(imageUploaded({ ...source, key }, { time }));
const step = (state: string, milliseconds: number, error: string | null = null) => ({
  state,
  milliseconds,
  error,
});

it("shows an image's steps through the workflow, with the time of each step", () => {
  const steps = [step("Inspect", 120), step("Render", 800), step("Publish", 60)];
  expect(formatExecution(bodyOf("review/a.jpg"), { steps, error: null }, undefined)).toEqual([
    "workflow   review/a.jpg                      Inspect 0.1 s → Render 0.8 s → Publish 0.1 s",
  ]);
});

it("shows the error of a step and that the execution failed, and makes control characters of the key visible", () => {
  const steps = [step("Inspect", 120, "STORE_DENIED"), step("KeepFailed", 10)];
  expect(formatExecution(bodyOf("\u001b[2J"), { steps, error: "given up" }, undefined)).toEqual([
    "workflow   \\u{1b}[2J                         Inspect 0.1 s (STORE_DENIED) → KeepFailed 0.0 s → failed",
  ]);
});

it("shows an execution that another message started", () => {
  expect(formatExecution("{}", { steps: [], error: "no" }, undefined)).toEqual([
    expect.stringMatching(/^workflow +unrecognised message +failed$/),
  ]);
});

it("fits the terminal", () => {
  const steps = ["Inspect", "Render", "Publish", "Analyse"].map((state) => step(state, 120));
  const lines = formatExecution(bodyOf("review/a.jpg"), { steps, error: null }, 50);
  expect(lines.filter((line) => line.length > 50)).toEqual([]);
  expect(lines.join("\n")).toContain("Analyse 0.1 s");
});
