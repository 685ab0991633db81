/** The platform of a zip, in the words npm uses for prebuilt binaries. Linux means glibc, as on Lambda. */
export interface Target {
  platform: "linux" | "darwin";
  arch: "arm64" | "x64";
}

/** @param architecture as Lambda names it */
export function lambdaTarget(architecture: "arm64" | "x86_64"): Target {
  return { platform: "linux", arch: architecture === "arm64" ? "arm64" : "x64" };
}

/** @throws {Error} on a machine that sharp has no prebuilt binary of this kind for */
export function hostTarget(host: { platform: string; arch: string } = process): Target {
  const { platform, arch } = host;
  if ((platform === "linux" || platform === "darwin") && (arch === "arm64" || arch === "x64"))
    return { platform, arch };
  throw new Error(
    `the pipeline runs on Linux (glibc) and macOS, on arm64 and x64; this machine is ${platform} ${arch}`,
  );
}
