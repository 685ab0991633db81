import { z } from "zod";
import { arnOf, functionArn, mappingArn, toTags } from "./access-names.ts";
import { type Input, type Operation, textIn, textsIn, toJson } from "./operation.ts";

/** Facts of an account that decide about calls, learned from the calls that made them: tags, aliases, and which key is used for what. */
export class KnownAccount {
  /** Tags of keys, event source mappings and distributions by ARN. */
  private readonly tags = new Map<string, Readonly<Record<string, string>>>();
  /** The key of each alias. */
  private readonly aliases = new Map<string, string>();
  /** The key that encrypts a function, a state machine, an object, or by default the objects of a bucket. */
  private readonly keys = new Map<string, string>();
  /** The permissions boundary of each role. */
  private readonly boundaries = new Map<string, string>();
  private readonly functionsOfMappings = new Map<string, string>();

  tagsOf(arn: string): Readonly<Record<string, string>> {
    return this.tags.get(arn) ?? {};
  }

  aliasesOf(keyArn: string): string[] {
    return [...this.aliases].filter(([, key]) => key === keyArn).map(([alias]) => alias);
  }

  keyOf(arn: string): string | undefined {
    return this.keys.get(arn);
  }

  /** Returns the key that encrypts a new object: the one in its headers, or the bucket's default. */
  keyForObject(input: Input): string | undefined {
    if (textIn(input, "Algorithm") === "AES256") return undefined;
    return textIn(input, "KMSKeyId") || this.keyOf(`arn:aws:s3:::${textIn(input, "Bucket")}`);
  }

  boundaryOf(role: string): string | undefined {
    return this.boundaries.get(role);
  }

  functionOf(mapping: string): string | undefined {
    return this.functionsOfMappings.get(mapping);
  }

  /** Returns the ARN of a key by its id, ARN or alias. */
  keyArn(id: string): string {
    if (id.startsWith("arn:")) return id;
    return id.startsWith("alias/") ? (this.aliases.get(id) ?? id) : arnOf("kms", `key/${id}`);
  }

  /** Takes notice of a call that succeeded. */
  learn({ service, action, input }: Operation, answer: string, body: string): void {
    const lesson = this.lessons[`${service}:${action}`];
    lesson?.(input, answer, body);
  }

  private readonly lessons: Readonly<
    Record<string, ((input: Input, answer: string, body: string) => void) | undefined>
  > = {
    "kms:CreateKey": (input, answer) =>
      this.tags.set(CreatedKey.parse(JSON.parse(answer)).KeyMetadata.Arn, toTags(input.Tags)),
    "kms:TagResource": (input) => this.tag(this.keyArn(textIn(input, "KeyId")), input.Tags),
    "kms:UntagResource": (input) => this.untag(this.keyArn(textIn(input, "KeyId")), input),
    "kms:CreateAlias": (input) => this.alias(input),
    "kms:UpdateAlias": (input) => this.alias(input),
    "iam:CreateRole": (input) => this.bound(input),
    "iam:PutRolePermissionsBoundary": (input) => this.bound(input),
    "lambda:CreateFunction": (input) => this.encrypt(functionArn(input), input.KMSKeyArn),
    "lambda:UpdateFunctionConfiguration": (input) => this.encrypt(functionArn(input), input.KMSKeyArn),
    "lambda:CreateEventSourceMapping": (input, answer) => {
      const arn = mappingArn(toJson(answer));
      this.tags.set(arn, toTags(input.Tags));
      this.functionsOfMappings.set(arn, functionArn(input));
    },
    "cloudfront:CreateDistribution": (input, answer) =>
      this.tags.set(/<ARN>(.+?)<\/ARN>/.exec(answer)?.[1] ?? "", toTags(input.Tags)),
    "cloudfront:TagResource": (input) => this.tag(textIn(input, "Resource"), input.Tags),
    "cloudfront:UntagResource": (input) => this.untag(textIn(input, "Resource"), input),
    "lambda:TagResource": (input) => this.tag(textIn(input, "Resource"), input.Tags),
    "lambda:UntagResource": (input) => this.untag(textIn(input, "Resource"), input),
    "states:CreateStateMachine": (input, answer) =>
      this.encrypt(textIn(toJson(answer), "stateMachineArn"), toStatesKey(input)),
    "states:UpdateStateMachine": (input) =>
      this.encrypt(textIn(input, "stateMachineArn"), toStatesKey(input)),
    "s3:PutObject": (input) =>
      this.encrypt(
        `arn:aws:s3:::${textIn(input, "Bucket")}/${textIn(input, "Key")}`,
        this.keyForObject(input),
      ),
    "s3:PutEncryptionConfiguration": (input, _answer, body) =>
      this.encrypt(
        `arn:aws:s3:::${textIn(input, "Bucket")}`,
        /<KMSMasterKeyID>(.+?)<\/KMSMasterKeyID>/.exec(body)?.[1],
      ),
  };

  private alias(input: Input): void {
    this.aliases.set(textIn(input, "AliasName"), this.keyArn(textIn(input, "TargetKeyId")));
  }

  private bound(input: Input): void {
    const boundary = textIn(input, "PermissionsBoundary");
    if (boundary !== "") this.boundaries.set(textIn(input, "RoleName"), boundary);
  }

  private encrypt(arn: string, key: unknown): void {
    if (typeof key === "string" && key !== "") this.keys.set(arn, this.keyArn(key));
    else if (arn.startsWith("arn:aws:s3:")) this.keys.delete(arn);
  }

  private tag(arn: string, tags: unknown): void {
    this.tags.set(arn, { ...this.tagsOf(arn), ...toTags(tags) });
  }

  private untag(arn: string, input: Input): void {
    const gone = new Set(textsIn(input, "TagKeys"));
    this.tags.set(
      arn,
      Object.fromEntries(Object.entries(this.tagsOf(arn)).filter(([key]) => !gone.has(key))),
    );
  }
}

const CreatedKey = z.object({ KeyMetadata: z.object({ Arn: z.string() }) });
const StatesEncryption = z.object({ encryptionConfiguration: z.object({ kmsKeyId: z.string().optional() }) });

/** Returns the key of a state machine that is created or changed. */
export function toStatesKey(input: Input): string | undefined {
  return StatesEncryption.safeParse(input).data?.encryptionConfiguration.kmsKeyId;
}
