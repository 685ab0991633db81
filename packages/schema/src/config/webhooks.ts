import * as z from "zod";

/** The types of result events, in the order of docs/result-events.md. */
const TYPES = ["image.processed", "image.rejected", "image.removed", "image.analyzed"] as const;
/** Lambda's names have 64 characters, of which the pipeline and the environment have up to 38. */
const LONGEST_NAME = 16;
/** The memory of a webhook's function, which waits for its receiver most of the time. */
export const WEBHOOK_MEMORY_MEGABYTES = 256;
const HTTPS = "must be an address of the internet with https://, without a user or a password";
const PRIVATE_NAME = /^(localhost|.*\.(localhost|local|internal))\.?$/;

const Webhook = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,15}$/, `must be lower-case letters, digits and dashes, ${LONGEST_NAME} at most`)
    .nullable()
    .default(null),
  url: z.string().refine(isInternetUrl, HTTPS),
  secretArn: z
    .string()
    .regex(
      /^arn:aws[\w-]*:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@-]+-[A-Za-z0-9]{6}$/,
      "must be the complete ARN of a secret in AWS Secrets Manager, with the six characters at its end",
    ),
  secretKeyArn: z
    .string()
    .regex(/^arn:aws[\w-]*:kms:[\w-]+:\d{12}:key\/[\w-]+$/, "must be the ARN of a KMS key")
    .nullable()
    .default(null),
  types: z
    .array(z.enum(TYPES, `must be ${TYPES.join(", ")}`))
    .min(1, "must have at least one type")
    .default([...TYPES]),
});
export type Webhook = z.infer<typeof Webhook>;

/** The receivers of result events. */
export const Webhooks = z
  .array(Webhook)
  .superRefine((webhooks, context) => {
    const names = webhooks.map(toWebhookName);
    names.forEach((name, index) => {
      const other = names.indexOf(name);
      if (other < index)
        context.addIssue({
          code: "custom",
          path: [index, "name"],
          message: `must be another than "${name}", the name of webhooks[${other}]: their queues would be the same`,
        });
    });
  })
  .default([]);

/** Returns the name of a webhook, which its queue, its function and its alarms have: by default its host's. */
export function toWebhookName({ name, url }: Pick<Webhook, "name" | "url">): string {
  if (name !== null) return name;
  const host = new URL(url).hostname.replace(/[^a-z0-9]+/g, "-");
  return host.slice(0, LONGEST_NAME).replace(/^-|-$/g, "");
}

function isInternetUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, hostname } = new URL(text);
  const isName = hostname.includes(".") && !/^[\d.]+$|^\[/.test(hostname) && !PRIVATE_NAME.test(hostname);
  return protocol === "https:" && username === "" && password === "" && isName;
}

/** The webhook of the local runtime, whose URL is that of `--webhook`. */
export const LOCAL_WEBHOOK: Webhook = {
  name: "local",
  url: "https://webhook.invalid/",
  secretArn: "arn:aws:secretsmanager:us-east-1:000000000000:secret:webhook-local0",
  secretKeyArn: null,
  types: [...TYPES],
};
