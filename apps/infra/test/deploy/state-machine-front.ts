import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import validate from "asl-validator";
import { z } from "zod";

/** What stands before moto's Step Functions. */
export interface StateMachineFront {
  address: string;
  close(): Promise<void>;
}

/** What moto 5.2 does not know of what the provider asks for. */
const ANSWERS: Readonly<Record<string, (body: Buffer) => string>> = {
  "AWSStepFunctions.ValidateStateMachineDefinition": toValidation,
  "AWSStepFunctions.ListStateMachineVersions": () => JSON.stringify({ stateMachineVersions: [] }),
};
const Validation = z.object({ definition: z.string() });

/**
 * Answers the two calls of the provider that moto 5.2 does not know: a definition is validated by the validator of the Amazon
 * States Language that our own tests use, and no machine has versions. Every other call is passed on.
 */
export async function startStateMachineFront(moto: string): Promise<StateMachineFront> {
  const server = createServer((request, response) => {
    serve(request, response, moto).catch(() => request.socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return {
    address: `http://127.0.0.1:${port}`,
    async close() {
      server.close().closeAllConnections();
      await once(server, "close");
    },
  };
}

async function serve(request: IncomingMessage, response: ServerResponse, moto: string): Promise<void> {
  const body = Buffer.concat(await request.toArray());
  const { host: _host, "content-length": _length, connection: _connection, ...headers } = request.headers;
  const own = ANSWERS[String(headers["x-amz-target"])];
  if (own) {
    response.writeHead(200, { "content-type": "application/x-amz-json-1.0" }).end(own(body));
    return;
  }
  const answer = await fetch(new URL(request.url ?? "/", moto), {
    method: "POST",
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body,
  });
  const type = answer.headers.get("content-type") ?? "application/x-amz-json-1.0";
  response.writeHead(answer.status, { "content-type": type }).end(Buffer.from(await answer.arrayBuffer()));
}

/** As ValidateStateMachineDefinition answers (docs.aws.amazon.com/step-functions/latest/apireference). */
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
