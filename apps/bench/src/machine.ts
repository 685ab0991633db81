import { cpus, release, totalmem, type } from "node:os";
import { ENGINE } from "@image-pipeline/imaging";

/** What the figures were taken on: without it they mean nothing. */
export function machine() {
  const [cpu] = cpus();
  return {
    cpu: cpu?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGibibytes: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    ...ENGINE,
  };
}

export function machineLine(): string {
  const { cpu, cores, memoryGibibytes, system, node, sharp, libvips } = machine();
  return `${cpu}, ${cores} cores, ${memoryGibibytes} GiB, ${system}; Node ${node}, sharp ${sharp}, libvips ${libvips}`;
}
