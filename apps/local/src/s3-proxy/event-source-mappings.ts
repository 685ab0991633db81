import type { ServerResponse } from "node:http";
import * as z from "zod";
import { readBody } from "../net/read-body.ts";
import type { MappingSwitch } from "../topology/mapping-switches.ts";
import { toFunctionName } from "../topology/topology.ts";
import type { Exchange } from "./upstream.ts";

const MAX_BYTES = 64 * 1024;
const PATH = /^\/2015-03-31\/event-source-mappings(?:\/([\w-]*))?(?:\?(.*))?$/;
const Update = z.looseObject({ Enabled: z.boolean().optional() });

/** Tells if a request is about Lambda's event source mappings. */
export function asksForMappings({ url = "" }: Pick<Exchange["request"], "url">): boolean {
  return PATH.test(url);
}

/**
 * Answers ListEventSourceMappings, GetEventSourceMapping and UpdateEventSourceMapping, of which only the switch can be changed
 * (docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html).
 */
export async function answerMappings(
  { request, response }: Exchange,
  { switches, region }: { switches: readonly MappingSwitch[]; region: string },
): Promise<void> {
  const [, id = "", query = ""] = PATH.exec(request.url ?? "") ?? [];
  const body = await readBody(request, MAX_BYTES);
  if (id === "") {
    const asked = new URLSearchParams(query);
    const [name, queueArn] = [asked.get("FunctionName"), asked.get("EventSourceArn")];
    const wanted = switches.filter(
      ({ mapping }) =>
        (name === null || mapping.functionName === toFunctionName(name)) &&
        (queueArn === null || mapping.queueArn === queueArn),
    );
    return give(response, 200, { EventSourceMappings: wanted.map((one) => toMapping(one, region)) });
  }
  const found = switches.find((one) => one.id === id);
  if (!found)
    return give(response, 404, { Message: `no event source mapping ${id}` }, "ResourceNotFoundException");
  if (request.method === "GET") return give(response, 200, toMapping(found, region));
  const { Enabled } = parse(body);
  if (request.method !== "PUT" || Enabled === undefined)
    return give(response, 501, { Message: "only Enabled can be changed here" }, "NotImplemented");
  found.set(Enabled);
  give(response, 202, toMapping(found, region));
}

function toMapping({ id, mapping, state }: MappingSwitch, region: string) {
  const [, , , , account = ""] = mapping.queueArn.split(":");
  return {
    UUID: id,
    EventSourceArn: mapping.queueArn,
    FunctionArn: `arn:aws:lambda:${region}:${account}:function:${mapping.functionName}`,
    BatchSize: mapping.batchSize,
    State: state(),
  };
}

function parse(body: Buffer): z.infer<typeof Update> {
  try {
    return Update.parse(JSON.parse(body.toString()));
  } catch {
    return {};
  }
}

function give(response: ServerResponse, status: number, document: object, fault?: string): void {
  response.writeHead(status, {
    "content-type": "application/json",
    ...(fault !== undefined && { "x-amzn-errortype": fault }),
  });
  response.end(JSON.stringify(document));
}
