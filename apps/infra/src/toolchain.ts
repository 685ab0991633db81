import provider from "@cdktf/provider-aws/package.json" with { type: "json" };
import { TOOLCHAINS, toolchainOf } from "@image-pipeline/schema/toolchains";

/** The toolchain whose provider is installed. */
export const toolchain = toolchainOf(provider);

/** The runtime of every function. */
export const { runtime } = TOOLCHAINS[toolchain];
