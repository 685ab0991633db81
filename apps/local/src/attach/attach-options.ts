import { parseArgs } from "node:util";
import { UserFault } from "@image-pipeline/schema/user-fault";
import type { Credentials } from "../services/clients.ts";

export interface AttachOptions {
  /** Files with the output of `terraform show -json`, one for each stack. */
  statePaths: readonly string[];
  /** The AWS endpoint that the stacks were deployed to. */
  endpoint: string;
  port: number;
  /** The operator's credentials, used to assume the functions' roles and to read objects. */
  credentials: Credentials;
}

const USAGE = "usage: attach --state FILE [--state FILE...] --endpoint URL [--port N]";
const USAGE_EXIT_CODE = 2;

/** @throws {UserFault} with exit code 2 and the usage */
export function toAttachOptions(args: readonly string[], environment: NodeJS.ProcessEnv): AttachOptions {
  const { state = [], endpoint, port = "0" } = parse(args);
  if (state.length === 0 || endpoint === undefined || !URL.canParse(endpoint))
    throw new UserFault(USAGE, USAGE_EXIT_CODE);
  const {
    AWS_ACCESS_KEY_ID = "test",
    AWS_SECRET_ACCESS_KEY = "test",
    AWS_SESSION_TOKEN: sessionToken,
  } = environment;
  return {
    statePaths: state,
    endpoint: new URL(endpoint).origin,
    port: Number(port),
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(sessionToken !== undefined && { sessionToken }),
    },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        state: { type: "string", multiple: true },
        endpoint: { type: "string" },
        port: { type: "string" },
      },
    }).values;
  } catch {
    throw new UserFault(USAGE, USAGE_EXIT_CODE);
  }
}
