import { USAGE, UserFault } from "./user-fault.ts";

/** The options by which every command says which pipeline it is about. */
export const PLACE_OPTIONS = {
  endpoint: { type: "string" },
  environment: { type: "string" },
} as const;

export const PLACE_HELP = `  --endpoint URL      the pipeline of the local runtime there, such as http://127.0.0.1:4566
  --environment NAME  the pipeline deployed to AWS as NAME of pipeline.config.ts, with your AWS credentials`;

/** The local runtime at an endpoint, or an environment on AWS. */
export type Place = { endpoint: string } | { environment: string };

/** @throws {UserFault} unless exactly one of the two is given, and the endpoint is a URL */
export function toPlace(values: { endpoint?: string | undefined; environment?: string | undefined }): Place {
  const { endpoint, environment } = values;
  if ((endpoint === undefined) === (environment === undefined))
    throw new UserFault(
      "say which pipeline: --endpoint URL for the local runtime, or --environment NAME for AWS",
      USAGE,
    );
  if (environment !== undefined) return { environment };
  const url = URL.canParse(endpoint ?? "") ? new URL(endpoint ?? "") : undefined;
  if (url === undefined || !url.protocol.startsWith("http"))
    throw new UserFault(`--endpoint must be a URL such as http://127.0.0.1:4566, not "${endpoint}"`, USAGE);
  return { endpoint: url.origin };
}
