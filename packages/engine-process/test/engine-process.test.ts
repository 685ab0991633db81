import { join } from "node:path";
import {
  type EncodedRendition,
  ImageRejection,
  renderForAnalysis,
  renderImage,
} from "@image-pipeline/imaging";
import { Limits, Presets } from "@image-pipeline/schema/config";
import sharp from "sharp";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { engineProcess } from "../src/index.ts";
import { startChild } from "../src/render-child.ts";

const PRESETS = Presets.parse({
  small: { width: 40, formats: ["webp", "jpeg"] },
  thumb: { width: 20, height: 20, fit: "cover", formats: ["png"] },
});
const SHORT = Limits.parse({ maxRenderSeconds: 0.2 });
const PROGRAM = join(import.meta.dirname, "misbehaving-program.ts");

const picture = () =>
  sharp({ create: { width: 80, height: 60, channels: 3, background: "#336699" } })
    .jpeg()
    .toBuffer();

function engine(start?: () => ReturnType<typeof startChild>) {
  const started = engineProcess(start);
  onTestFinished(started.close);
  return started;
}

/** An engine whose child does what the picture's bytes say, and a count of its children. */
function misbehaving() {
  let children = 0;
  const { render } = engine(() => {
    children++;
    return startChild(PROGRAM);
  });
  const outcomeOf = (word: string, limits = SHORT) =>
    render(Buffer.from(word), { presets: PRESETS, limits }, () => {}).then(
      () => expect.unreachable("it rendered"),
      (error: unknown) => error,
    );
  return { outcomeOf, children: () => children };
}

const Child = z.object({ pid: z.number(), env: z.record(z.string(), z.string()) });

/** The child that answers now. */
async function childOf({ outcomeOf }: Pick<ReturnType<typeof misbehaving>, "outcomeOf">) {
  const answer = await outcomeOf("who");
  return Child.parse(JSON.parse(answer instanceof Error ? answer.message : ""));
}

describe("the engine's process", () => {
  it("makes the same renditions and facts as the engine", async () => {
    const source = await picture();
    const recipe = { presets: PRESETS, limits: Limits.parse({}) };
    const [here, there]: EncodedRendition[][] = [[], []];
    const facts = await renderImage(source, recipe, (one) => here?.push(one));
    expect(await engine().render(source, recipe, (one) => there?.push(one))).toEqual(facts);
    expect(there).toEqual(here);
    expect(there).toHaveLength(3);
  });

  it("makes the same picture for the analysis as the engine", async () => {
    const source = await picture();
    const asked = { limits: Limits.parse({}), maxPictures: 4 };
    const made = await engine().renderForAnalysis(source, asked);
    const expected: unknown[] = [];
    await renderForAnalysis(source, asked, (one) => void expected.push(one));
    expect(made).toEqual(expected);
  });

  it("rejects a picture with the reason and the facts of the engine, and renders the next one in the same process", async () => {
    const { render } = engine();
    const recipe = { presets: PRESETS, limits: Limits.parse({ maxFramePixels: 100 }) };
    const rejected = await render(await picture(), recipe, () => {}).catch((error: unknown) => error);
    expect(rejected).toBeInstanceOf(ImageRejection);
    expect(rejected).toMatchObject({ reason: "TOO_MANY_PIXELS", facts: { format: "jpeg", width: 80 } });
    expect(await render(await picture(), { ...recipe, limits: Limits.parse({}) }, () => {})).toMatchObject({
      width: 80,
    });
  });

  it("renders pictures that are given at the same time one after the other, each with its own renditions", async () => {
    const { render } = engine();
    const widths = [30, 50, 70];
    const made = await Promise.all(
      widths.map(async (width) => {
        const source = await sharp(await picture())
          .resize({ width, height: 30, fit: "fill" })
          .png()
          .toBuffer();
        const emitted: EncodedRendition[] = [];
        const presets = Presets.parse({ whole: { width, formats: ["png"] } });
        await render(source, { presets, limits: Limits.parse({}) }, (one) => emitted.push(one));
        return emitted.map((one) => one.width);
      }),
    );
    expect(made).toEqual(widths.map((width) => [width]));
  });

  it("passes on the metadata focus of a source, and returns it as a fact", async () => {
    const recipe = { presets: PRESETS, limits: Limits.parse({}), focus: "0.25,1" };
    const { focus } = await engine().render(await picture(), recipe, () => {});
    expect(focus).toEqual({ x: 0.25, y: 1 });
  });

  it("has no credentials in its environment", async () => {
    process.env.AWS_SECRET_ACCESS_KEY = "secret";
    onTestFinished(() => {
      delete process.env.AWS_SECRET_ACCESS_KEY;
    });
    const { env } = await childOf(misbehaving());
    expect(Object.keys(env)).toContain("PATH");
    expect(JSON.stringify(env)).not.toMatch(/secret|AWS_|VITEST/i);
  });
});

describe("a picture that the engine cannot stop is killed with its process:", () => {
  it.each([
    ["that waits forever", "sleep", "RENDER_TIMEOUT", /more time .* 0\.2 s/],
    ["that computes forever", "spin", "RENDER_TIMEOUT", /more (CPU )?time .* 0\.2 s/],
    ["that takes too much memory", "allocate", "TOO_MANY_PIXELS", /memory .* 256 MiB/],
  ])("one %s is rejected at once, and the next has a new process", async (_name, word, reason, message) => {
    const limits = Limits.parse({
      maxRenderSeconds: word === "allocate" ? 60 : 0.2,
      maxRenderMemoryBytes: 256 * 2 ** 20,
    });
    const engine = misbehaving();
    const before = await childOf(engine);
    expect(await engine.outcomeOf(word, limits)).toMatchObject({
      reason,
      message: expect.stringMatching(message),
    });
    expect(engine.children()).toBe(2);
    expect((await childOf(engine)).pid).not.toBe(before.pid);
  });
});

describe("a process that ends by itself", () => {
  it.each([
    ["SIGSEGV", "CORRUPT_IMAGE", /crashes its decoder .*SIGSEGV/],
    ["SIGABRT", "CORRUPT_IMAGE", /crashes its decoder .*SIGABRT/],
    ["SIGKILL", "TOO_MANY_PIXELS", /memory/],
  ])(
    "by %s twice for the same picture makes it %s, and the next picture is rendered",
    async (signal, reason, message) => {
      const engine = misbehaving();
      expect(await engine.outcomeOf(signal)).toMatchObject({
        reason,
        message: expect.stringMatching(message),
      });
      expect(engine.children()).toBe(3);
      expect((await childOf(engine)).pid).toBeGreaterThan(0);
    },
  );

  it("once only does no harm to its picture", async () => {
    let isFirst = true;
    const { render } = engine(() => {
      const child = startChild(isFirst ? PROGRAM : undefined);
      if (!isFirst) return child;
      isFirst = false;
      return { ...child, run: (_source, order, job) => child.run(Buffer.from("SIGSEGV"), order, job) };
    });
    const recipe = { presets: PRESETS, limits: Limits.parse({}) };
    expect(await render(await picture(), recipe, () => {})).toMatchObject({ width: 80 });
  });

  it("late leaves its picture the rest of the time, and not all of it again", async () => {
    const engine = misbehaving();
    expect(await engine.outcomeOf("crash-late")).toMatchObject({ reason: "RENDER_TIMEOUT" });
    expect(engine.children()).toBe(3);
  });

  it("is killed when it is not ready in time, which is a failure of the function", async () => {
    const program = join(import.meta.dirname, "silent-program.ts");
    const { render } = engine(() => startChild(program, 0.1));
    const rendering = render(await picture(), { presets: PRESETS, limits: SHORT }, () => {});
    await expect(rendering).rejects.toThrow(
      "the engine's process did not start: it was not ready after 0.1 s",
    );
  });

  it("before it was ready is a failure of the function, not of the picture", async () => {
    const { render } = engine(() => startChild(join(import.meta.dirname, "no-such-program.ts")));
    const rendering = render(await picture(), { presets: PRESETS, limits: SHORT }, () => {});
    await expect(rendering).rejects.toThrow(/did not start/);
    await expect(rendering).rejects.not.toBeInstanceOf(ImageRejection);
  });
});

it("reports a bug of the engine as an error with its stack, not as a rejection", async () => {
  const error = await misbehaving().outcomeOf("fail");
  expect(error).not.toBeInstanceOf(ImageRejection);
  expect(error).toMatchObject({ name: "TypeError", message: "a bug", stack: "here" });
});

it("kills a process that sends what the engine never sends", async () => {
  const engine = misbehaving();
  expect(await engine.outcomeOf("forge")).toMatchObject({
    reason: "CORRUPT_IMAGE",
    message: expect.stringContaining("it sent an unrecognised message"),
  });
  expect(engine.children()).toBe(3);
});

it("kills a process whose rendition is not in the shared file, and the parent lives on", async () => {
  const engine = misbehaving();
  const error = await engine.outcomeOf("overstate");
  expect(error).not.toBeInstanceOf(ImageRejection);
  expect(error).toMatchObject({ message: expect.stringMatching(/has no 1000000 bytes/) });
  expect((await childOf(engine)).pid).toBeGreaterThan(0);
  expect(engine.children()).toBe(2);
});

it("gives the next picture to another process as soon as one is killed, before it has ended", () => {
  const child = startChild(PROGRAM);
  expect(child.isAlive()).toBe(true);
  child.kill();
  expect(child.isAlive()).toBe(false);
});
