import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ssim, toLuma } from "@image-pipeline/similarity";

/** RGB pixels, 8 bits a channel. */
export interface Rgb {
  width: number;
  height: number;
  data: Buffer;
}

/** How alike two pictures of one size are: the more, the better. */
export interface QualityMetric {
  name: string;
  score: (original: Rgb, distorted: Rgb) => Promise<number>;
}

const run = promisify(execFile);

const SSIM: QualityMetric = {
  name: "SSIM",
  score: async (original, distorted) =>
    ssim(toLuma(original.data, original), toLuma(distorted.data, distorted)),
};

/** By the program `ssimulacra2 ORIGINAL DISTORTED` (github.com/cloudinary/ssimulacra2), which says the score. */
const SSIMULACRA2: QualityMetric = {
  name: "SSIMULACRA2",
  async score(original, distorted) {
    const folder = await mkdtemp(join(tmpdir(), "bench-"));
    try {
      const files = [join(folder, "original.ppm"), join(folder, "distorted.ppm")] as const;
      await Promise.all([writeFile(files[0], toPpm(original)), writeFile(files[1], toPpm(distorted))]);
      const { stdout } = await run("ssimulacra2", files);
      return Number(stdout.trim().split(/\s+/).at(-1));
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

/** SSIM always; SSIMULACRA2 where its program is installed. */
export function qualityMetrics(): QualityMetric[] {
  const { error } = spawnSync("ssimulacra2", { stdio: "ignore" });
  return error ? [SSIM] : [SSIM, SSIMULACRA2];
}

function toPpm({ width, height, data }: Rgb): Buffer {
  return Buffer.concat([Buffer.from(`P6\n${width} ${height}\n255\n`, "latin1"), data]);
}
