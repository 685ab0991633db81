import type { Toolchain } from "@image-pipeline/schema/toolchains";

/** A difference between the default toolchain's stacks and those of another, and its reason. */
export interface ListedDifference {
  /** The end of the paths, after the stack's name. */
  where: RegExp;
  before: string;
  after: string;
  /** Shown in docs/upgrading.md. */
  reason: string;
}

const METADATA_VERSION = /: \/\/\.metadata\.version$/;
const PROVIDER_VERSION = /: terraform\.required_providers\.aws\.version$/;
const RUNTIME = {
  where: /: resource\.aws_lambda_function\.\w+\.runtime$/,
  before: "nodejs22.x",
  after: "nodejs24.x",
  reason: "provider 5.100 accepts no newer runtime than nodejs22.x",
};

/** Everything else is equal, byte for byte. */
export const DIFFERENCES: Record<Exclude<Toolchain, "provider5">, readonly ListedDifference[]> = {
  provider6: [
    RUNTIME,
    {
      where: PROVIDER_VERSION,
      before: "5.100.0",
      after: "6.25.0",
      reason: "each package of constructs is made from one version of the provider and asks for it",
    },
  ],
  cdktn: [
    RUNTIME,
    {
      where: PROVIDER_VERSION,
      before: "5.100.0",
      after: "6.66.0",
      reason: "each package of constructs is made from one version of the provider and asks for it",
    },
    {
      where: /: terraform\.required_providers\.aws\.source$/,
      before: "aws",
      after: "hashicorp/aws",
      reason: "CDK Terrain writes the provider's namespace, which Terraform adds to a name without one",
    },
    {
      where: METADATA_VERSION,
      before: "0.21.0",
      after: "0.24.0",
      reason: "a comment with the version that wrote the file, which Terraform does not read",
    },
  ],
};
