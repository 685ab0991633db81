import { edgeArn, toTags } from "../iam/access-names.ts";
import { type Operation, textIn, textsIn } from "../iam/operation.ts";
import type { Answer } from "./refusal.ts";

const NAMESPACE = 'xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"';
const TIME = "2026-01-01T00:00:00.000Z";
/** Parts of a distribution beside its settings. */
const DISTRIBUTION = `<Status>Deployed</Status><InProgressInvalidationBatches>0</InProgressInvalidationBatches>
<ActiveTrustedSigners><Enabled>false</Enabled><Quantity>0</Quantity></ActiveTrustedSigners>
<ActiveTrustedKeyGroups><Enabled>false</Enabled><Quantity>0</Quantity></ActiveTrustedKeyGroups>`;
/** A setting that CloudFront always returns. */
const NO_GROUPS = "<OriginGroups><Quantity>0</Quantity></OriginGroups>";

/** The names of kinds in codes of errors, if they differ. */
const IN_ERRORS: Readonly<Record<string, string>> = { Invalidation: "Distribution", KeyGroup: "Resource" };

/** A resource, as it was last put. */
interface Kept {
  id: string;
  /** The element with its settings. */
  settings: string;
  version: number;
}
interface EdgeFunction extends Kept {
  code: Buffer;
  /** The version in the stage LIVE. */
  live: number | null;
}

/**
 * CloudFront's API without an edge: it keeps distributions, policies, access controls, keys and functions as they were put,
 * and refuses to delete what another one uses. Moto 5.2 has only some of them, without most of their settings.
 */
export class EdgeSupplement {
  private readonly resources = new Map<string, Kept>();
  private readonly functions = new Map<string, EdgeFunction>();
  private readonly tags = new Map<string, Record<string, string>>();
  private created = 0;

  answer(operation: Operation): Answer {
    const { action, input } = operation;
    if (action.endsWith("Resource")) return this.tagging(operation);
    if (action.endsWith("Function")) return this.ofFunction(operation);
    const [, verb = "", kind = ""] = /^(Create|Get|Update|Delete)(\w+)$/.exec(action) ?? [];
    if (verb === "Create" && kind !== "Invalidation") return this.create(kind, operation);
    const found = this.resources.get(textIn(input, "Id"));
    if (found === undefined) return fault(404, `NoSuch${IN_ERRORS[kind] ?? kind}`);
    if (kind === "Invalidation") return invalidated(textIn(input, "Body"));
    if (verb === "Delete") return this.delete(kind, found, this.resources, found.id);
    if (verb === "Update") put(found, kind, textIn(input, "Body"));
    return described(kind, found);
  }

  private create(kind: string, { input }: Operation): Answer {
    const id = `E${String(++this.created).padStart(13, "0")}`;
    const made = { id, settings: "", version: 0 };
    put(made, kind, textIn(input, "Body"));
    this.resources.set(id, made);
    if (kind === "Distribution") this.tags.set(edgeArn(`distribution/${id}`), toTags(input.Tags));
    return { ...described(kind, made), status: 201 };
  }

  private delete(kind: string, { version }: Kept, all: Map<string, Kept>, id: string): Answer {
    const name = kind === "Function" ? edgeArn(`function/${id}`) : id;
    if ([...this.resources.values()].some(({ settings }) => settings.includes(`>${name}<`)))
      return fault(409, `${IN_ERRORS[kind] ?? kind}InUse`);
    all.delete(id);
    return { status: 204, headers: { etag: `V${version}` }, body: "" };
  }

  private ofFunction({ action, input }: Operation): Answer {
    const id = textIn(input, "Name");
    const body = textIn(input, "Body");
    if (action === "CreateFunction" && !this.functions.has(id))
      this.functions.set(id, { id, settings: "", version: 0, code: Buffer.from(""), live: null });
    const found = this.functions.get(id);
    if (found === undefined) return fault(404, "NoSuchFunctionExists");
    const isLive = textIn(input, "Stage") === "LIVE";
    if (isLive && found.live === null) return fault(404, "NoSuchFunctionExists");
    if (action === "DeleteFunction") return this.delete("Function", found, this.functions, id);
    if (action === "PublishFunction") found.live = found.version;
    if (action === "CreateFunction" || action === "UpdateFunction") {
      put(found, "Function", body);
      found.code = Buffer.from(elementOf("FunctionCode", body).replaceAll(/<[^>]*>/g, ""), "base64");
    }
    const etag = `V${isLive ? found.live : found.version}`;
    if (action === "GetFunction") return { status: 200, headers: { etag }, body: found.code.toString() };
    const status = action === "CreateFunction" ? 201 : 200;
    return { ...xml(status, summaryOf(found, isLive), etag) };
  }

  private tagging({ action, input }: Operation): Answer {
    const arn = textIn(input, "Resource");
    const tags = this.tags.get(arn) ?? {};
    if (action === "TagResource") this.tags.set(arn, { ...tags, ...toTags(input.Tags) });
    if (action === "UntagResource") for (const key of textsIn(input, "TagKeys")) delete tags[key];
    if (action !== "ListTagsForResource") return xml(204, "");
    const items = Object.entries(tags).map(
      ([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`,
    );
    return xml(200, `<Tags ${NAMESPACE}><Items>${items.join("")}</Items></Tags>`);
  }
}

function put(kept: Kept, kind: string, body: string): void {
  const settings = elementOf(`${kind}Config`, body);
  kept.settings = settings.replace("</DistributionConfig>", `${NO_GROUPS}</DistributionConfig>`);
  kept.version++;
}

/** Returns an element of XML with its content, without attributes. */
function elementOf(name: string, text: string): string {
  const [, content = ""] = new RegExp(`<${name}(?:\\s[^>]*)?>(.*)</${name}>`, "s").exec(text) ?? [];
  return `<${name}>${content}</${name}>`;
}

function described(kind: string, { id, settings, version }: Kept): Answer {
  const own =
    kind === "Distribution"
      ? `<ARN>${edgeArn(`distribution/${id}`)}</ARN><DomainName>${id.toLowerCase()}.cloudfront.net</DomainName>${DISTRIBUTION}`
      : "";
  const times = `<CreatedTime>${TIME}</CreatedTime><LastModifiedTime>${TIME}</LastModifiedTime>`;
  return xml(200, `<${kind} ${NAMESPACE}><Id>${id}</Id>${times}${own}${settings}</${kind}>`, `V${version}`);
}

function summaryOf({ id, settings, live }: EdgeFunction, isLive: boolean): string {
  const stage = isLive ? "LIVE" : "DEVELOPMENT";
  const status = live === null ? "UNPUBLISHED" : "UNASSOCIATED";
  return `<FunctionSummary ${NAMESPACE}><Name>${id}</Name><Status>${status}</Status>${settings}<FunctionMetadata>
<FunctionARN>${edgeArn(`function/${id}`)}</FunctionARN><Stage>${stage}</Stage>
<CreatedTime>${TIME}</CreatedTime><LastModifiedTime>${TIME}</LastModifiedTime></FunctionMetadata></FunctionSummary>`;
}

function invalidated(body: string): Answer {
  const batch = elementOf("InvalidationBatch", body);
  return xml(
    201,
    `<Invalidation ${NAMESPACE}><Id>I1</Id><Status>Completed</Status><CreateTime>${TIME}</CreateTime>${batch}</Invalidation>`,
  );
}

function xml(status: number, body: string, etag = ""): Answer {
  return { status, headers: { "content-type": "text/xml", ...(etag !== "" && { etag }) }, body };
}

function fault(status: number, code: string): Answer {
  return xml(
    status,
    `<ErrorResponse ${NAMESPACE}><Error><Type>Sender</Type><Code>${code}</Code><Message>${code}</Message></Error><RequestId>kept</RequestId></ErrorResponse>`,
  );
}
