import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import type { Message, SQSClient } from "@aws-sdk/client-sqs";
import * as z from "zod";
import { readBody } from "../net/read-body.ts";

/** A client of SQS. */
export type Sqs = Pick<SQSClient, "send">;

/** Far more than ten messages of 1 MiB as JSON. */
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;
const Fault = z.object({ __type: z.string(), message: z.string().default("") });

/**
 * Returns a client of the local SQS for the pollers, which send half of its calls. It has SQS's wire protocol in JSON, but neither
 * signatures nor checksums, which are not checked here: a call takes a third of the CPU time of the SDK's. A call that fails is
 * not repeated, as a poller's next round does that.
 */
export function localSqs(endpoint: string): Sqs & { destroy(): void } {
  const { hostname, port } = new URL(endpoint);
  const agent = new Agent({ keepAlive: true });

  function post(operation: string, body: string, signal: AbortSignal | undefined): ClientRequest {
    const headers = {
      "content-type": "application/x-amz-json-1.0",
      "content-length": Buffer.byteLength(body),
      "x-amz-target": `AmazonSQS.${operation}`,
    };
    return request({ agent, hostname, port, method: "POST", headers, ...(signal && { signal }) }).end(body);
  }

  return {
    async send(command: { input: object }, options?: unknown) {
      const operation = command.constructor.name.replace(/Command$/, "");
      const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
      post(operation, JSON.stringify(command.input), signalOf(options))
        .once("response", resolve)
        .on("error", reject);
      const response = await promise;
      const output = JSON.parse((await readBody(response, MAX_ANSWER_BYTES)).toString() || "{}");
      if (response.statusCode !== 200) throw toError(output);
      for (const message of output.Messages ?? []) decodeBinary(message);
      return output;
    },
    destroy: () => agent.destroy(),
  };
}

function signalOf(options: unknown): AbortSignal | undefined {
  const hasSignal = typeof options === "object" && options !== null && "abortSignal" in options;
  return hasSignal && options.abortSignal instanceof AbortSignal ? options.abortSignal : undefined;
}

/** Returns the error under its name in SQS, such as `QueueDoesNotExist`. */
function toError(output: unknown): Error {
  const { data } = Fault.safeParse(output);
  const [name = "UnknownError"] = data?.__type.split("#").slice(-1) ?? [];
  return Object.assign(new Error(data?.message ?? "SQS answered with an error"), { name });
}

/** Binary attributes are base64 in JSON. */
function decodeBinary({ MessageAttributes = {} }: Message): void {
  for (const attribute of Object.values(MessageAttributes))
    if (typeof attribute.BinaryValue === "string")
      attribute.BinaryValue = Buffer.from(attribute.BinaryValue, "base64");
}
