import { ConfigError } from "@image-pipeline/schema/config";
import { UserFault } from "./user-fault.ts";

const UNREACHABLE = ["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN"];

/** By the name of an AWS error: what to do about it. */
const ADVICE: Readonly<Record<string, string>> = {
  CredentialsProviderError: "set AWS_PROFILE, or sign in with `aws sso login`",
  ExpiredToken: "sign in again: the credentials have expired",
  ExpiredTokenException: "sign in again: the credentials have expired",
  InvalidClientTokenId: "the credentials are not known to AWS: choose another profile",
  AccessDenied: "the credentials lack this permission",
  AccessDeniedException: "the credentials lack this permission",
  AuthorizationError: "the credentials lack this permission",
  NoSuchBucket: "the pipeline is not deployed there: deploy it, or choose another place",
  NotFound: "the pipeline is not deployed there: deploy it, or choose another place",
  NotFoundException: "the pipeline is not deployed there: deploy it, or choose another place",
  QueueDoesNotExist: "the pipeline is not deployed there: deploy it, or choose another place",
};

/** Any error as one that a person at the terminal can do something about. */
export function toFault(error: unknown): UserFault {
  if (error instanceof UserFault) return error;
  if (error instanceof ConfigError) return new UserFault(error.message);
  if (isUnreachable(error))
    return new UserFault(
      `nothing answers (${textOf(error)}): start the local runtime with \`npx pnpm@12 start --no-samples\`, or check the endpoint`,
    );
  const name = error instanceof Error ? error.name : "";
  const advice = ADVICE[name];
  const what = name === "" || name === "Error" ? textOf(error) : `${name}: ${textOf(error)}`;
  return new UserFault(advice ? `${what}: ${advice}` : what, undefined, { cause: error });
}

function isUnreachable(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    UNREACHABLE.includes(error.code)
  );
}

/** In one line, whatever the error brings; a refused connection to several addresses has no message of its own. */
function textOf(error: unknown): string {
  const text = error instanceof AggregateError ? (error.errors[0]?.message ?? error.message) : undefined;
  return String(text ?? (error instanceof Error ? error.message : error))
    .replaceAll(/\s+/g, " ")
    .trim()
    .replace(/[.:]$/, "");
}
