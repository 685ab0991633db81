import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import validate from "asl-validator";
import { z } from "zod";

/** A proxy in front of moto's Step Functions, which its state machines call too. */
export interface StateMachineFront {
  address: string;
  port: number;
  /** Sets the answers of the workflow's functions by step; no function runs. */
  answerInvocations(answers: Readonly<Record<string, unknown>>): void;
  /** Sets the server that gets all other calls. */
  standBefore(moto: string): void;
  close(): Promise<void>;
}

/** Answers to calls of the provider that moto 5.2 does not support. */
const ANSWERS: Readonly<Record<string, (body: Buffer) => string>> = {
  "AWSStepFunctions.ValidateStateMachineDefinition": toValidation,
  "AWSStepFunctions.ListStateMachineVersions": () => JSON.stringify({ stateMachineVersions: [] }),
};
/** One line for the log of a run. */
export const STATE_MACHINE_FRONT =
  "Step Functions' definitions are validated, and versions listed, by a proxy, since moto supports neither call";
const Validation = z.object({ definition: z.string() });

/**
 * Answers two calls of the provider that moto 5.2 does not support: it validates a definition with the validator of our unit
 * tests, and lists no versions. It forwards every other call.
 */
export async function startStateMachineFront(): Promise<StateMachineFront> {
  let upstream = "";
  let steps: Readonly<Record<string, unknown>> = {};
  const server = createServer((request, response) => {
    const answer = steps[invokedStep(request) ?? ""];
    if (answer !== undefined) return void response.writeHead(200).end(JSON.stringify(answer));
    serve(request, response, upstream).catch(() => request.socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return {
    address: `http://127.0.0.1:${port}`,
    port,
    answerInvocations(answers) {
      steps = answers;
    },
    standBefore(moto) {
      upstream = moto;
    },
    async close() {
      server.close().closeAllConnections();
      await once(server, "close");
    },
  };
}

/** Returns the step whose function a state machine invokes by its alias. */
function invokedStep({ url = "" }: IncomingMessage): string | undefined {
  return /\/functions\/[^/]*-workflow-(\w+)(?::live)?\/invocations/.exec(decodeURIComponent(url))?.[1];
}

async function serve(request: IncomingMessage, response: ServerResponse, moto: string): Promise<void> {
  const body = Buffer.concat(await request.toArray());
  const own = ANSWERS[String(request.headers["x-amz-target"])];
  if (own) {
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(own(body));
    return;
  }
  const answer = await fetch(new URL(request.url ?? "/", moto), {
    method: request.method ?? "POST",
    headers: onward(request.headers),
    ...(body.length > 0 && { body }),
  });
  response.writeHead(answer.status, back(answer.headers)).end(Buffer.from(await answer.arrayBuffer()));
}

/** Hop-by-hop headers, which a proxy does not forward. */
const HOP = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "content-encoding",
  "expect",
]);

function onward(headers: IncomingMessage["headers"]): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => !HOP.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

function back(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => !HOP.has(name)));
}

/** Returns an answer of ValidateStateMachineDefinition (docs.aws.amazon.com/step-functions/latest/apireference). */
function toValidation(body: Buffer): string {
  const { definition } = Validation.parse(JSON.parse(body.toString()));
  const { isValid, errors } = validate(JSON.parse(definition));
  const diagnostics = errors.map((error) => ({
    severity: "ERROR",
    code: "SCHEMA_VALIDATION_FAILED",
    message: JSON.stringify(error),
  }));
  return JSON.stringify({ result: isValid ? "OK" : "FAIL", diagnostics });
}
