import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { HttpCall } from "../iam/aws-call.ts";
import type { RecordedCall } from "../iam/call-recorder.ts";
import { type AccessRequest, evaluate } from "../iam/evaluate.ts";
import { bytesOf, forward, signerOf } from "../iam/forward.ts";
import { KnownAccount } from "../iam/known-account.ts";
import type { Operation } from "../iam/operation.ts";
import { toAccess } from "../iam/operation-access.ts";
import { toOperation } from "../iam/to-operation.ts";
import type { Statement } from "../policies.ts";
import { MotoSupplement } from "./moto-supplement.ts";
import { type Answer, toRefusal } from "./refusal.ts";
import type { Moto } from "./start-moto.ts";

/** Access keys of the test itself, which may call everything. */
const OPERATORS = new Set(["observer", "operator"]);

type Upstream = Pick<Moto, "address" | "stateMachines">;
interface RoleFrontOptions {
  /** True to allow every call, which leaves the decision to moto (default: false). */
  allowsAll?: boolean;
}

/**
 * A proxy in front of moto with what moto lacks. It allows each role only the calls that its policy allows, and answers the
 * others as AWS does.
 */
export class RoleFront {
  readonly calls: RecordedCall[] = [];
  /** Permissions that a role asked for and does not have, as `role action resource`. */
  readonly refused = new Set<string>();
  /** Calls that `toAccess` does not know, or that have an unknown signature; each is refused. */
  readonly unknown = new Set<string>();
  readonly address: string;
  private readonly server: Server;
  private readonly upstream: Upstream;
  private readonly allowsAll: boolean;
  private readonly roles = new Map<string, { role: string; statements: readonly Statement[] }>();
  private readonly account = new KnownAccount();
  private readonly supplement = new MotoSupplement();

  private constructor(
    server: Server,
    port: number,
    upstream: Upstream,
    { allowsAll = false }: RoleFrontOptions,
  ) {
    this.server = server;
    this.address = `http://127.0.0.1:${port}`;
    this.upstream = upstream;
    this.allowsAll = allowsAll;
  }

  static async start(upstream: Upstream, options: RoleFrontOptions = {}): Promise<RoleFront> {
    const server = createServer();
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the proxy has no port");
    const front = new RoleFront(server, address.port, upstream, options);
    server.on("request", (incoming, outgoing) => {
      front.pass(incoming, outgoing).catch((error: unknown) => {
        front.unknown.add(`${incoming.method} ${incoming.url}: ${error}`);
        outgoing.destroy();
      });
    });
    return front;
  }

  /** Returns an access key that signs calls of a role. */
  keyOf(role: string, statements: readonly Statement[]): string {
    const key = role.replaceAll(/\W/g, "_");
    this.roles.set(key, { role, statements });
    return key;
  }

  /** Returns a line for each action of each role, with the resources of its calls. */
  summary(): string[] {
    const seen = Map.groupBy(this.calls, ({ role, action, status }) => `${status} ${role} ${action}`);
    return [...seen].sort().map(([what, calls]) => {
      const resources = new Set(calls.map(({ resource }) => resource));
      return `${what}: ${calls.length} calls: ${[...resources].sort().join(", ")}`;
    });
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, "close");
  }

  private async pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = "GET", url: path = "/", headers } = incoming;
    const bytes = await bytesOf(incoming);
    const call = { method, path, headers, body: bytes.toString() };
    const operation = toOperation(call);
    const own = this.refusal(call, operation) ?? this.supplied(operation, call.body);
    if (own) return void outgoing.writeHead(own.status, own.headers).end(own.body);
    const { address, stateMachines } = this.upstream;
    const endpoint = operation?.service === "states" ? stateMachines : address;
    const { expect, ...onward } = headers;
    const answer = await forward({ endpoint, method, path, headers: onward, body: bytes });
    if (operation === null || answer.status >= 300)
      return void outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    const text = answer.body.toString();
    this.account.learn(operation, text, call.body);
    const completed = this.supplement.completed(operation, text);
    if (completed === text) return void outgoing.writeHead(answer.status, answer.headers).end(answer.body);
    const { "content-length": _, ...rest } = answer.headers;
    outgoing.writeHead(answer.status, rest).end(completed);
  }

  /** Returns the answer to a call that moto does not support. */
  private supplied(operation: Operation | null, body: string): Answer | null {
    const answer = operation && this.supplement.answer(operation);
    if (operation && answer && answer.status < 300) this.account.learn(operation, answer.body, body);
    return answer;
  }

  /** Returns the answer to a call that a role may not make, and records every call of a role. */
  private refusal(call: HttpCall, operation: Operation | null): Answer | null {
    const signer = signerOf(call.headers);
    if (this.allowsAll || OPERATORS.has(signer)) return null;
    const caller = this.roles.get(signer);
    if (!caller) return this.refuseUnknown(call, operation, signer || "nobody");
    const { role, statements } = caller;
    const asked = operation && toAccess(operation, this.account);
    if (!operation || !asked) return this.refuseUnknown(call, operation, role);
    const denied = asked.filter((request) => !evaluate(statements, request).isAllowed);
    for (const one of asked) this.calls.push({ ...one, role, status: denied.includes(one) ? 403 : 200 });
    for (const { action, resource } of denied) this.refused.add(`${role} ${action} ${resource}`);
    const [first] = denied;
    return first ? toRefusal(operation, role, first) : null;
  }

  private refuseUnknown(
    { method, path, headers, body }: HttpCall,
    operation: Operation | null,
    role: string,
  ): Answer {
    const named = operation ? `${operation.service}:${operation.action}` : "";
    const target = String(headers["x-amz-target"] ?? headers["content-type"] ?? "");
    this.unknown.add([named, method, path, target, body.slice(0, 300)].join(" "));
    const request: AccessRequest = { action: named || "unknown", resource: path };
    return toRefusal(operation ?? { service: "s3", action: "", input: {} }, role, request);
  }
}
