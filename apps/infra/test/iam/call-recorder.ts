import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type HttpCall, toAccessRequests } from "./aws-call.ts";
import type { AccessRequest } from "./evaluate.ts";
import { bytesOf, forward, signerOf } from "./forward.ts";
import { signedForMoto } from "./moto-signature.ts";

export interface RecordedCall extends AccessRequest {
  /** The role whose credentials signed it. */
  role: string;
  status: number;
}

/** A proxy in front of moto that records the calls of each role. */
export class CallRecorder {
  readonly calls: RecordedCall[] = [];
  readonly address: string;
  private readonly server: Server;
  /** The role and the secret of each access key. */
  private readonly keys = new Map<string, { role: string; secret: string }>();

  private constructor(server: Server, address: string) {
    this.server = server;
    this.address = address;
  }

  static async start(endpoint: string): Promise<CallRecorder> {
    const server = createServer();
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the recorder has no port");
    const recorder = new CallRecorder(server, `http://127.0.0.1:${address.port}`);
    server.on("request", (incoming, outgoing) => {
      recorder
        .pass(endpoint, incoming, outgoing)
        .catch((error: unknown) => outgoing.destroy(Error(String(error))));
    });
    return recorder;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  private async pass(endpoint: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = "GET", url: path = "/", headers } = incoming;
    const body = await bytesOf(incoming);
    const signer = this.keys.get(signerOf(headers));
    const signed = signer ? signedForMoto({ method, path, headers }, signer.secret) : headers;
    const answer = await forward({ endpoint, method, path, headers: signed, body });
    outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    this.record({ method, path, headers, body: body.toString() }, answer);
  }

  private record(call: HttpCall, { status, body }: { status: number; body: Buffer }): void {
    const assumed = new URLSearchParams(call.body).get("RoleArn");
    const [, given] = /<AccessKeyId>(\w+)</.exec(body.toString()) ?? [];
    const [, secret] = /<SecretAccessKey>([^<]+)</.exec(body.toString()) ?? [];
    if (assumed !== null && given !== undefined && secret !== undefined)
      this.keys.set(given, { role: assumed.split("/").at(-1) ?? assumed, secret });
    const role = this.keys.get(signerOf(call.headers))?.role;
    if (role === undefined) return;
    for (const asked of toAccessRequests(call)) this.calls.push({ ...asked, role, status });
  }
}
