import { UserFault } from "@image-pipeline/schema/user-fault";

const UNREACHABLE = ["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "ECONNRESET", "ETIMEDOUT", "EAI_AGAIN"];
const NO_PERMISSION = "the credentials lack this permission";
const EXPIRED = "sign in again: the credentials have expired";
const NOT_DEPLOYED = "the pipeline is not deployed there: deploy it, or choose another environment";

/** Our own errors whose message says all that a user needs. */
const SENTENCES = ["ConfigError", "ImageRejection"];

/** Remedies of AWS errors, by name. */
const ADVICE: Readonly<Record<string, string>> = {
  CredentialsProviderError: "set AWS_PROFILE, or sign in with `aws sso login`",
  ExpiredToken: EXPIRED,
  ExpiredTokenException: EXPIRED,
  InvalidClientTokenId: "AWS does not know these credentials: choose another profile",
  AccessDenied: NO_PERMISSION,
  AccessDeniedException: NO_PERMISSION,
  AuthorizationError: NO_PERMISSION,
  NoSuchBucket: NOT_DEPLOYED,
  NotFound: NOT_DEPLOYED,
  NotFoundException: NOT_DEPLOYED,
  QueueDoesNotExist: NOT_DEPLOYED,
  ResourceNotFoundException: NOT_DEPLOYED,
};

/** Turns any error into one with a remedy. */
export function toFault(error: unknown): UserFault {
  if (error instanceof UserFault) return error;
  const name = error instanceof Error ? error.name : "";
  if (error instanceof Error && SENTENCES.includes(name)) return new UserFault(error.message);
  if (isUnreachable(error))
    return new UserFault(
      `nothing answers (${textOf(error)}): start the local runtime with \`npm start -- --no-samples\`, or check the endpoint`,
    );
  const advice = ADVICE[name];
  const what = name === "" || name === "Error" ? textOf(error) : `${name}: ${textOf(error)}`;
  return new UserFault(advice ? `${what}: ${advice}` : what, undefined, { cause: error });
}

/** Tells if an error means that no server answered. */
export function isUnreachable(error: unknown): boolean {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    UNREACHABLE.includes(error.code)
  );
}

/** The error's text in one line; a connection refused at several addresses has no message itself. */
function textOf(error: unknown): string {
  const text = error instanceof AggregateError ? (error.errors[0]?.message ?? error.message) : undefined;
  return String(text ?? (error instanceof Error ? error.message : error))
    .replaceAll(/\s+/g, " ")
    .trim()
    .replace(/[.:]$/, "");
}
