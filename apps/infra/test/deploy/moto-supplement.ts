import { arnOf, toTags } from "../iam/access-names.ts";
import { type Input, type Operation, textIn, textsIn, toJson } from "../iam/operation.ts";
import { EdgeSupplement } from "./edge-supplement.ts";
import type { Answer } from "./refusal.ts";

/** One line for the log of a run. */
export const MOTO_SUPPLEMENT =
  "CloudFront, composite alarms, redrive allow policies of queues and updates of pipes and log deliveries are kept by a proxy, since moto does not support them";
const POLICY = "RedriveAllowPolicy";

/** CloudFront, composite alarms, redrive allow policies and updates of pipes and log deliveries, kept as they were put: moto 5.2 does not support them. */
export class MotoSupplement {
  private readonly alarms = new Map<string, Input>();
  private readonly tags = new Map<string, Record<string, string>>();
  /** Redrive allow policies by the queue's URL. */
  private readonly policies = new Map<string, string>();
  /** The newest update of each pipe by its name, and of each log delivery by its id. */
  private readonly updates = new Map<string, Input>();
  private readonly edge = new EdgeSupplement();

  /** Returns the answer to a call that moto would refuse: of CloudFront, about a composite alarm, or only about a redrive allow policy. */
  answer(operation: Operation): Answer | null {
    const { service, action, input } = operation;
    if (service === "cloudfront") return this.edge.answer(operation);
    if (service === "sqs") return this.redriveAllowPolicy(operation);
    if (service === "pipes" && action === "UpdatePipe") return this.updatePipe(input);
    if (service === "logs" && action === "UpdateDeliveryConfiguration") return this.updateDelivery(input);
    if (service !== "cloudwatch") return null;
    const arn = textIn(input, "ResourceARN");
    if (action === "PutCompositeAlarm") return this.put(input);
    if (action === "DescribeAlarms" && textsIn(input, "AlarmTypes").includes("CompositeAlarm"))
      return answerOf(action, this.described(textsIn(input, "AlarmNames")));
    if (action === "DeleteAlarms" && textsIn(input, "AlarmNames").some((name) => this.alarms.has(name)))
      return this.delete(textsIn(input, "AlarmNames"));
    const tags = this.tags.get(arn);
    if (tags === undefined) return null;
    if (action === "TagResource") Object.assign(tags, toTags(input.Tags));
    if (action === "UntagResource") for (const key of textsIn(input, "TagKeys")) delete tags[key];
    return answerOf(action, action === "ListTagsForResource" ? tagList(tags) : "");
  }

  /** Adds the kept settings to moto's answer to a call. */
  completed({ service, action, input }: Operation, answer: string): string {
    if (service === "sqs") return this.completedQueue(action, input, answer);
    if (service === "logs" && action === "GetDelivery") return this.completedDelivery(input, answer);
    if (service !== "pipes") return answer;
    const name = textIn(input, "Name");
    if (action === "DeletePipe") this.updates.delete(name);
    return action === "DescribePipe"
      ? JSON.stringify({ ...toJson(answer), ...this.updates.get(name) })
      : answer;
  }

  private completedQueue(action: string, input: Input, answer: string): string {
    const url = textIn(input, "QueueUrl");
    const policy = this.policies.get(url);
    if (action === "DeleteQueue") this.policies.delete(url);
    if (action !== "GetQueueAttributes" || policy === undefined) return answer;
    const asked = textsIn(input, "AttributeNames");
    if (!asked.includes("All") && !asked.includes(POLICY)) return answer;
    const given = toJson(answer);
    return JSON.stringify({ ...given, Attributes: { ...attributesIn(given), [POLICY]: policy } });
  }

  private completedDelivery(input: Input, answer: string): string {
    const given = toJson(answer);
    const delivery = typeof given.delivery === "object" ? given.delivery : {};
    return JSON.stringify({ delivery: { ...delivery, ...this.updates.get(textIn(input, "id")) } });
  }

  private updateDelivery(input: Input): Answer {
    this.updates.set(textIn(input, "id"), input);
    return jsonAnswer({});
  }

  private updatePipe(input: Input): Answer {
    const name = textIn(input, "Name");
    this.updates.set(name, input);
    return jsonAnswer({ Arn: arnOf("pipes", `pipe/${name}`), Name: name, CurrentState: "RUNNING" });
  }

  /** A call about nothing else never reaches moto, which would refuse to read the policy, and would forget the queue's own when it is set. */
  private redriveAllowPolicy({ action, input }: Operation): Answer | null {
    const url = textIn(input, "QueueUrl");
    const { [POLICY]: changed, ...others } = attributesIn(input);
    if (typeof changed === "string" && Object.keys(others).length === 0) {
      if (changed === "") this.policies.delete(url);
      else this.policies.set(url, changed);
      return jsonAnswer({});
    }
    if (action !== "GetQueueAttributes" || textsIn(input, "AttributeNames").join() !== POLICY) return null;
    const policy = this.policies.get(url);
    return jsonAnswer(policy === undefined ? {} : { Attributes: { [POLICY]: policy } });
  }

  private put(input: Input): Answer {
    const name = textIn(input, "AlarmName");
    this.alarms.set(name, input);
    const arn = arnOf("cloudwatch", `alarm:${name}`);
    if (!this.tags.has(arn)) this.tags.set(arn, toTags(input.Tags));
    return answerOf("PutCompositeAlarm");
  }

  private delete(names: readonly string[]): Answer {
    for (const name of names) {
      this.alarms.delete(name);
      this.tags.delete(arnOf("cloudwatch", `alarm:${name}`));
    }
    return answerOf("DeleteAlarms");
  }

  private described(names: readonly string[]): string {
    const found = [...this.alarms].filter(([name]) => names.length === 0 || names.includes(name));
    return `<CompositeAlarms>${found.map(([, alarm]) => member(toAlarm(alarm))).join("")}</CompositeAlarms>`;
  }
}

function attributesIn({ Attributes }: Input): Input {
  return typeof Attributes === "object" ? { ...Attributes } : {};
}

/** Returns a composite alarm as API_CompositeAlarm describes it. */
function toAlarm(alarm: Input): string {
  const texts = ["AlarmName", "AlarmDescription", "AlarmRule", "ActionsEnabled"].map((name) =>
    element(name, textIn(alarm, name)),
  );
  const lists = ["AlarmActions", "OKActions", "InsufficientDataActions"].map(
    (name) =>
      `<${name}>${textsIn(alarm, name)
        .map((text) => element("member", text))
        .join("")}</${name}>`,
  );
  const arn = element("AlarmArn", arnOf("cloudwatch", `alarm:${textIn(alarm, "AlarmName")}`));
  return [...texts, ...lists, arn, element("StateValue", "OK")].join("");
}

function tagList(tags: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(tags).map(([key, value]) => element("Key", key) + element("Value", value));
  return `<Tags>${pairs.map(member).join("")}</Tags>`;
}

function member(content: string): string {
  return `<member>${content}</member>`;
}

function element(name: string, text: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<${name}>${escaped}</${name}>`;
}

function jsonAnswer(content: Input): Answer {
  const headers = { "content-type": "application/x-amz-json-1.0" };
  return { status: 200, headers, body: JSON.stringify(content) };
}

function answerOf(action: string, result = ""): Answer {
  const body = `<${action}Response xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>kept</RequestId></ResponseMetadata></${action}Response>`;
  return { status: 200, headers: { "content-type": "text/xml" }, body };
}
