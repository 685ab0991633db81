import { type IncomingMessage, request } from "node:http";

/** Returns the access key that signed a call. */
export function signerOf({ authorization }: IncomingMessage["headers"]): string {
  return /Credential=(\w+)\//.exec(authorization ?? "")?.[1] ?? "";
}

export interface Forwarded {
  endpoint: string;
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: Buffer;
}

/** Forwards a call with its signed host header. */
export function forward({ endpoint, method, path, headers, body }: Forwarded) {
  const { hostname, port } = new URL(endpoint);
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number;
    headers: IncomingMessage["headers"];
    body: Buffer;
  }>();
  const onward = request({ hostname, port, method, path, headers }, async (answer) => {
    resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: await bytesOf(answer) });
  });
  onward.on("error", reject).end(body);
  return promise;
}

export async function bytesOf(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
