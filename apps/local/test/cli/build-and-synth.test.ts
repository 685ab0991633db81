import { expect, it } from "vitest";
import { inOrder, ownOutput } from "../../src/cli/build-and-synth.ts";

const OUTPUT = `
   • turbo 2.11.11
   • Packages in scope: @image-pipeline/infra
   • Running synth in 1 package
   • Remote caching disabled

cache miss, executing b96036740e453529
$ node src/main.ts
pipeline.config.ts has 2 errors:
  presets.thumb.width: must be positive
  limits.maxBytes: must be a number
[ELIFECYCLE] Command failed with exit code 1.

 Tasks:    2 successful, 3 total
Cached:    2 cached, 3 total
  Time:    338ms
Failed:    @image-pipeline/infra#synth

@image-pipeline/infra#synth:  ERROR  command (apps/infra) pnpm run synth exited (1)
 ERROR  run failed: command  exited (1)
`;

it("shows only the output of the step that failed", () => {
  expect(ownOutput(OUTPUT)).toBe(
    "pipeline.config.ts has 2 errors:\n  presets.thumb.width: must be positive\n  limits.maxBytes: must be a number",
  );
});

it("shows the whole output when the step itself printed nothing", () => {
  expect(ownOutput("\n ERROR  something about turbo itself\n")).toBe(" ERROR  something about turbo itself");
});

/** A build that ends when told. */
function fakeBuild(name: string) {
  const { promise: done, resolve, reject } = Promise.withResolvers<void>();
  const kill = () => reject(new Error(`${name} was killed`));
  return { step: () => name, done, resolve, kill, stop: async () => kill() };
}

it("runs the second step after the first, and names the one that runs", async () => {
  const [first, second] = [fakeBuild("first"), fakeBuild("second")];
  const { step, done } = inOrder(first, () => second);
  const steps = [step()];
  first.resolve();
  await first.done;
  second.resolve();
  await done;
  expect([...steps, step()]).toEqual(["first", "second"]);
});

it("does not run the second step when the first is stopped", async () => {
  const { stop, done, step } = inOrder(fakeBuild("first"), () => fakeBuild("second"));
  await stop();
  await expect(done).rejects.toThrow("first was killed");
  expect(step()).toBe("first");
});
