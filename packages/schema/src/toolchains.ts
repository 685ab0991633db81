/** The sets of tools that `pnpm-workspace.yaml` has versions for, the default one first; its line `toolchain` chooses one. */
export const TOOLCHAIN_NAMES = ["provider5", "provider6", "cdktn"] as const;

export type Toolchain = (typeof TOOLCHAIN_NAMES)[number];

export const TOOLCHAINS = {
  provider5: {
    summary: "CDKTF 0.21 with AWS provider 5.100",
    provider: { name: "@cdktf/provider-aws", version: "20.1.0" },
    runtime: "nodejs22.x",
  },
  provider6: {
    summary: "CDKTF 0.21 with AWS provider 6.25",
    provider: { name: "@cdktf/provider-aws", version: "21.22.1" },
    runtime: "nodejs24.x",
  },
  cdktn: {
    summary: "CDK Terrain 0.24 with AWS provider 6.66",
    provider: { name: "@cdktn/provider-aws", version: "25.7.0" },
    runtime: "nodejs24.x",
  },
} as const satisfies Record<Toolchain, ToolchainFacts>;

interface ToolchainFacts {
  summary: string;
  /** The package of the provider's constructs, by which the installed set is recognised. */
  provider: ProviderPackage;
  /** Lambda's runtime for the functions: the newest one that the provider accepts. */
  runtime: string;
}

export interface ProviderPackage {
  name: string;
  version: string;
}

/** A day on which a part of a toolchain ends. */
export interface Deadline {
  /** `YYYY-MM-DD`, in UTC. */
  date: string;
  toolchains: readonly Toolchain[];
  /** What happens on that day, as the end of a sentence that begins with the date. */
  what: string;
  /** The command that makes the deadline irrelevant, or what to do if there is none yet. */
  step: string;
  source: string;
}

export const DEADLINES: readonly Deadline[] = [
  {
    date: "2025-12-10",
    toolchains: ["provider5", "provider6"],
    what: "CDKTF was archived and gets no fixes",
    step: "npx pipeline toolchain cdktn",
    source: "https://github.com/hashicorp/terraform-cdk",
  },
  {
    date: "2027-04-30",
    toolchains: ["provider5"],
    what: "Lambda deprecates nodejs22.x, and from 2027-07-01 it refuses updates of functions that use it",
    step: "npx pipeline toolchain provider6",
    source: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
  },
  {
    date: "2028-04-30",
    toolchains: ["provider6", "cdktn"],
    what: "Lambda deprecates nodejs24.x",
    step: "merge a version of this repository with a newer toolchain",
    source: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
  },
];

const NOTICE_DAYS = 180;
const DAY_MILLISECONDS = 86_400_000;

/**
 * Returns the toolchain that has this provider.
 *
 * @throws {Error} if none has it, as when a version was changed in `pnpm-workspace.yaml` alone
 */
export function toolchainOf({ name, version }: ProviderPackage): Toolchain {
  const found = TOOLCHAIN_NAMES.find((each) => {
    const { provider } = TOOLCHAINS[each];
    return provider.name === name && provider.version === version;
  });
  if (found === undefined)
    throw new Error(`no toolchain has ${name} ${version}: add it to packages/schema/src/toolchains.ts`);
  return found;
}

/** Returns the last deadline of a toolchain, after which it cannot be used. */
export function latestDeadline(toolchain: Toolchain): Deadline {
  const [latest] = deadlinesOf(toolchain).toReversed();
  if (latest === undefined) throw new Error(`no deadline is known for ${toolchain}`);
  return latest;
}

function deadlinesOf(toolchain: Toolchain): Deadline[] {
  const own = DEADLINES.filter(({ toolchains }) => toolchains.includes(toolchain));
  return own.toSorted((a, b) => a.date.localeCompare(b.date));
}

/**
 * Returns a line about the toolchain's latest deadline that has passed or will pass within 180 days; no line if there is none. A
 * deadline that has passed is shown until its step is taken.
 */
export function toolchainNotice(toolchain: Toolchain, now: Date): string[] {
  const daysTo = ({ date }: Deadline) => Math.ceil((Date.parse(date) - now.getTime()) / DAY_MILLISECONDS);
  const latest = deadlinesOf(toolchain)
    .filter((deadline) => daysTo(deadline) <= NOTICE_DAYS)
    .at(-1);
  if (latest === undefined) return [];
  const { date, what, step } = latest;
  const days = daysTo(latest);
  const distance = days > 0 ? `in ${days} days` : "passed";
  return [`Deadline ${date} (${distance}): ${what}. Next step: ${step} (docs/upgrading.md#toolchains).`];
}
