import * as z from "zod";
import { AnalysisRule } from "../messages/analysis-rule.ts";
import { PipelineConfig, Settings } from "./pipeline-settings.ts";
import { PolicyStatement } from "./policy-statement.ts";
import { Limits, OUTPUT_OPTIONS, Preset } from "./preset.ts";
import { PresetRule } from "./preset-rules.ts";
import { Watermark } from "./watermark.ts";

/** The description of a setting, and an example if its default is not one. */
interface SettingDescription {
  description: string;
  examples?: unknown[];
  [key: string]: unknown;
}

/**
 * The descriptions of all settings, for the published JSON Schema and `docs/configuration.md`. They are not part of the
 * schemas, which Lambda functions contain. The unit of a number is in the setting's name.
 */
export const SETTING_DESCRIPTIONS = z.registry<SettingDescription>();

/** Describes every setting of an object: a setting without a description does not compile. */
function describe<Shape extends z.ZodRawShape>(
  { shape }: z.ZodObject<Shape>,
  texts: Record<keyof Shape & string, string | readonly [description: string, example: unknown]>,
): void {
  for (const [name, text] of Object.entries<string | readonly [string, unknown]>(texts)) {
    const [description, ...examples] = typeof text === "string" ? [text] : text;
    const setting: unknown = Reflect.get(shape, name);
    if (setting instanceof z.ZodType)
      SETTING_DESCRIPTIONS.add(setting, { description, ...(examples.length > 0 && { examples }) });
  }
}

const reserved = (recommended: string) =>
  `Executions that are reserved for the function, which are also its maximum. \`null\` reserves none, or ${recommended} with \`reserveConcurrency\`.`;
const CONCURRENCY = `${reserved("as many as `maximumConcurrency`")} \`"maximumConcurrency"\` reserves that many in any case.`;
const MEMORY = "Memory of the function. CPU grows with it: 1,769 MB have one vCPU.";
const TIMEOUT = "Maximum duration of one invocation.";
const QUEUE_CONCURRENCY = "Maximum number of batches that Lambda processes at the same time from the queue.";
const RECEIVES = "Attempts for a message before it moves to the dead-letter queue.";

describe(PipelineConfig, {
  name: "First part of every resource name. Pipelines with different names can share an account.",
  accountId: [
    "The only AWS account that the pipeline can be deployed to. `null` accepts the account of the credentials.",
    "123456789012",
  ],
  region: "AWS region, except those in China.",
  architecture:
    "CPU architecture of the functions. It is the same for all environments, since the zips are built once.",
  encryption:
    '`"kms"` encrypts buckets, topics, queues, logs and variables with a KMS key of the stack (about 1 USD a month, and 0.03 USD for 10,000 requests). `"sse-s3"` uses keys that AWS owns, at no cost, and does not encrypt topics.',
  retiredKey: [
    'Required with `encryption: "sse-s3"`. `true` keeps the key of an environment that was deployed with `"kms"`, and the permissions to decrypt with it; `false` is for an environment that never had a key, or has nothing left under it. Terraform never destroys the key (see docs/deploying.md).',
    true,
  ],
  reserveConcurrency:
    "Reserves executions for every function, out of the account's quota (see docs/deploying.md). Without it the functions share the account's executions, of which new accounts have only 10.",
  uploads: "Upload bucket, and the keys in it that are processed.",
  ingest: "Function that publishes an image event for each upload and deletion.",
  worker: "Function that renders images as they are uploaded, and its queue.",
  backfill:
    "Second queue and function for existing images that are rendered again, so that new uploads do not wait for them. All other settings are those of `worker`.",
  analysis:
    "Labels and moderation by Amazon Rekognition, about 1 USD for 1,000 calls. Locally they are simulated at no cost.",
  audit:
    "Scheduled check that every source has a manifest and every manifest its renditions. It repairs nothing. S3 requests for 1,000 images cost about half a cent.",
  workflow:
    "Step Functions workflow for large images and for those below a prefix. It publishes an image only after its moderation.",
  budget:
    "Bounds of what the pipeline does, with alarms at 80 % and at 100 %. They end runaway loops and floods of uploads ([docs/cost.md](cost.md)).",
  logRetentionDays: "Number of days that CloudWatch keeps the logs.",
  logLevel: "Lowest level that the functions log.",
  destroyBucketsWithObjects:
    "Allows `destroy` to delete buckets that are not empty. Without it, Terraform refuses to destroy or replace keys, buckets and queues that the config still has.",
  retention: "Number of days until the buckets delete objects that are no longer used.",
  alarms: "Recipient of the alarms, and their thresholds.",
  dashboard:
    "Creates a CloudWatch dashboard, and a second one for the workflow: 3 USD a month each, after the account's first three.",
  xray: "Traces the functions and the state machine with AWS X-Ray, 5 USD for a million traces, of which an image has two. Lambda traces one invocation a second and 5 % of the rest.",
  iam: "Settings of every IAM role, for organisations whose policies demand them.",
  vpc: [
    "Subnets and security groups of every function. `null` for none: the functions call only AWS services, over TLS. docs/deploying.md lists the endpoints that the subnets need.",
    { subnetIds: ["subnet-0123456789abcdef0"], securityGroupIds: ["sg-0123456789abcdef0"] },
  ],
  deployments: "How new versions of the functions replace the old ones.",
  readers:
    "Readers of the renditions and manifests, in the processed bucket's policy and in the key's. Renditions that are quarantined stay unreadable.",
  delivery:
    "CloudFront in front of the processed bucket, in a stack of its own (see docs/delivery.md). Idle it costs about 1 USD a month for a KMS key, and its alarms and dashboard.",
  webhooks: [
    "Receivers of result events over HTTPS, each with a function, a queue and a dead-letter queue of its own ([docs/result-events.md](result-events.md#webhooks)).",
    [
      {
        url: "https://app.example.com/images",
        secretArn: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:images-AbCdEf",
      },
    ],
  ],
  policies: "Additional statements for the policies of buckets, topics and queues.",
  load: "Expected load, from which a plan's review estimates the cost. Nothing else depends on it.",
  ci: "GitHub repository whose Actions plan and deploy, for the stack `image-pipeline-ci`.",
  tags: [
    "Tags of every resource, beside `Project` and `Environment`, which cannot be changed.",
    { team: "images" },
  ],
  presets: [
    "Renditions to make of every image, by name. A name is part of the rendition's key.",
    { thumb: { width: 160, height: 160, fit: "cover", formats: ["avif", "jpeg"] } },
  ],
  presetRules: [
    "Presets by place: the first rule whose prefix a key begins with decides its presets. An image without a rule gets all presets. A changed rule makes only its own images stale.",
    [{ prefix: "avatars/", presets: ["thumb", "small"] }],
  ],
  limits:
    "Bounds of a source; an image beyond one of them is rejected. Except those of rendering, they are checked before the image is decoded. The height of a rendition has no setting: a preset's files have the area that each of its encoders can take within 512 MiB, 11.2 megapixels with AVIF, 16 with WebP or GIF, 24 with JPEG or PNG, and the side of its format. A picture 2048 pixels wide and 16,383 high is scaled down to it, not rejected, since screenshots of whole pages look like that.",
  environments: [
    "Deployments by name, each with the settings in which it differs. A preset is replaced completely.",
    { dev: {}, prod: { worker: { maximumConcurrency: 50 } } },
  ],
});

describe(Settings.shape.uploads.unwrap(), {
  prefix: ["Only keys that begin with this prefix are processed.", "photos/"],
  suffixes: [
    "Only keys that end with one of these suffixes are processed; upper and lower case differ. Empty for all keys: the format is detected from the bytes in any case.",
    [".jpg", ".JPG"],
  ],
  trigger:
    'Service that reports uploads. `"notification"` replaces every notification that an existing bucket has; `"eventbridge"` leaves them alone, costs 1 USD for a million events, and needs an existing bucket to send its events to EventBridge.',
  tenantPattern: [
    "Regular expression whose first group finds the tenant in a key, after `prefix`; by default the first folder. SQS delivers messages of other tenants first while one of them has a burst. All keys without a tenant are one tenant.",
    "^customers/([^/]+)/",
  ],
  existingBucket: ["An upload bucket that exists already. `null` creates one.", "team-uploads"],
  existingBucketKeyArn: [
    "KMS key of that bucket's objects, if they are not encrypted with an S3 key. The worker gets permission to decrypt with it.",
    "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555",
  ],
  allowedOrigins: [
    "Origins of web pages that may upload from a browser. The upload bucket gets a CORS rule for them; an existing bucket gets none, because its owner's rules would be replaced. The local runtime lets only these pages upload, and read results.",
    ["https://app.example.com", "http://localhost:3000"],
  ],
});

describe(Settings.shape.ingest.unwrap(), {
  memoryMegabytes: MEMORY,
  timeoutSeconds: TIMEOUT,
  reservedConcurrency: [reserved("20"), 20],
});

describe(Settings.shape.worker.unwrap(), {
  memoryMegabytes: MEMORY,
  timeoutSeconds: TIMEOUT,
  reservedConcurrency: [CONCURRENCY, "maximumConcurrency"],
  maximumConcurrency: QUEUE_CONCURRENCY,
  batchSize: "Maximum number of messages in a batch. They are processed one after another.",
  batchingWindowSeconds: "Maximum time that Lambda waits for a batch to fill.",
  maxReceiveCount: RECEIVES,
});

describe(Settings.shape.backfill.unwrap(), {
  maximumConcurrency: `${QUEUE_CONCURRENCY} Low by default, since new uploads need the account's concurrency too.`,
  reservedConcurrency: [CONCURRENCY, "maximumConcurrency"],
  maxQueueAgeSeconds: "Age of the oldest message that raises an alarm. The queue keeps messages for 7 days.",
});

const Analysis = Settings.shape.analysis.unwrap();
describe(Analysis, {
  enabled: "Enables the analysis.",
  labels: "Detection of objects and scenes.",
  moderation: "Detection of content that may be offensive.",
  maxCallsPerImage:
    "Maximum number of calls to Rekognition for one image. Most pictures need one for labels and one for moderation; animations, pictures with transparency and long strips need more, and are judged less closely if this is low.",
  rules: [
    "Actions for labels. If several rules apply to an image, the strongest action wins.",
    [{ label: "Violence", minConfidence: 80, action: "quarantine" }],
  ],
  memoryMegabytes: MEMORY,
  timeoutSeconds: TIMEOUT,
  reservedConcurrency: [CONCURRENCY, "maximumConcurrency"],
  maximumConcurrency: `${QUEUE_CONCURRENCY} It keeps the calls per second below the account's quota for Rekognition.`,
  maxReceiveCount: RECEIVES,
});
const DETECTION = {
  enabled: "Enables this call to Rekognition.",
  minConfidence: "Minimum confidence of a label, in percent.",
};
describe(Analysis.shape.labels.unwrap(), DETECTION);
describe(Analysis.shape.moderation.unwrap(), DETECTION);
describe(AnalysisRule, {
  label: ["Label, spelled exactly as Rekognition returns it.", "Violence"],
  minConfidence: "Minimum confidence of the label for this rule, in percent.",
  action: [
    '`"allow"` does nothing, `"flag"` marks the image in the result event, `"quarantine"` makes its renditions unreadable.',
    "flag",
  ],
});

describe(Settings.shape.audit.unwrap(), {
  enabled: "Enables the scheduled check.",
  intervalHours: "Time between two runs, at most three days, since alarms evaluate one week at most.",
  maxImagesPerRun:
    "Maximum number of images for each run, which bounds its cost. The next run continues after them.",
  memoryMegabytes: MEMORY,
  timeoutSeconds: "Maximum duration of one run. It stops in time, and the next run continues.",
  reservedConcurrency: [reserved("1"), 1],
});

describe(Settings.shape.workflow.unwrap(), {
  enabled: "Enables the workflow.",
  minBytes: "Uploads of at least this size use the workflow.",
  prefix:
    "Uploads of any size whose keys begin with this prefix use the workflow. Only one is possible, since SNS can exclude one prefix.",
  memoryMegabytes: MEMORY,
  timeoutSeconds: TIMEOUT,
  reservedConcurrency: [`${reserved("10")} Each step is one function.`, 10],
});

describe(Settings.shape.budget.unwrap(), {
  imagesPerHour: [
    "Maximum number of image events that the workers receive in an hour, repetitions included. `null` for no bound.",
    10_000,
  ],
  dollarsPerMonth: [
    "Maximum cost of a month in US dollars, checked day by day: a day may use a thirtieth of it. It counts the functions, their requests and Rekognition at list prices. `null` for no bound.",
    100,
  ],
  stop: "At 100 % a function turns off the event source mappings: uploads wait in the queues until `npx pipeline budget resume`.",
});

describe(Settings.shape.retention.unwrap(), {
  supersededDays: "Renditions that a newer manifest replaced.",
  tombstoneDays: "Manifests of deleted images, which refuse upload events that arrive late.",
  noncurrentVersionDays: "Versions of objects that were overwritten or deleted.",
  incompleteUploadDays: "Parts of multipart uploads that were not completed.",
  accessLogDays: "S3 access logs.",
});

const Alarms = Settings.shape.alarms.unwrap();
describe(Alarms, {
  enabled:
    "Creates the alarms: about 3.80 USD a month, and more with the analysis and the workflow. Without them nobody notices a message in a DLQ.",
  email: [
    "Address that gets every alarm, after its owner has confirmed the subscription. `null` for none.",
    "team@example.com",
  ],
  topicArns: [
    "Other SNS topics of the same region that get every alarm, such as one that a pager subscribes to. Their policies, and their keys', must allow `cloudwatch.amazonaws.com`.",
    ["arn:aws:sns:eu-central-1:123456789012:on-call"],
  ],
  slack: [
    "Slack channel that gets every alarm. Authorise the workspace once in the console of Amazon Q Developer in chat applications (AWS Chatbot). `null` for none.",
    { workspaceId: "T012ABCDEFG", channelId: "C012ABCDEFG" },
  ],
  teams: [
    "Microsoft Teams channel that gets every alarm, authorised like `slack`. `null` for none.",
    {
      tenantId: "11111111-2222-4333-8444-555555555555",
      teamId: "66666666-7777-4888-9999-000000000000",
      channelId: "19%3Aabcdef%40thread.tacv2",
    },
  ],
  unattended:
    "Says that alarms without a recipient are intended. Otherwise `synth` reports them, and refuses an environment named `prod`, `production` or `live`, with or without `-…`.",
  maxQueueAgeSeconds: "Time that an upload may wait for its worker.",
  maxRejectedPercent: "Share of the images of 15 minutes that may be rejected.",
});

describe(Alarms.shape.slack.unwrap().unwrap(), {
  workspaceId: ["Id of the workspace.", "T012ABCDEFG"],
  channelId: ["Id of the channel. A private channel must invite the app.", "C012ABCDEFG"],
});
describe(Alarms.shape.teams.unwrap().unwrap(), {
  tenantId: ["Id of the tenant.", "11111111-2222-4333-8444-555555555555"],
  teamId: ["Id of the team.", "66666666-7777-4888-9999-000000000000"],
  channelId: ["Id of the channel, as it is in the channel's link.", "19%3Aabcdef%40thread.tacv2"],
});

describe(Settings.shape.iam.unwrap(), {
  path: [
    "Path of the roles. A change replaces them. It must be the same for all environments that GitHub Actions deploy to one account.",
    "/teams/images/",
  ],
  operators: [
    "Roles and users of this account, as in their ARNs, whose `backfill`, `check --repair` and `dlq redrive` may send events; the policies of topics and queues deny all others. `*` stands for any text.",
    ["role/teams/images/operator"],
  ],
  permissionsBoundary: [
    "Managed policy that limits the permissions of the roles, those of GitHub Actions included. `null` for none.",
    "arn:aws:iam::123456789012:policy/developers-boundary",
  ],
});

describe(Settings.shape.vpc.unwrap().unwrap(), {
  subnetIds: ["Private subnets of one VPC, in at least two zones.", ["subnet-0123456789abcdef0"]],
  securityGroupIds: [
    "Security groups of the functions. They need outgoing HTTPS only: nothing connects to a function.",
    ["sg-0123456789abcdef0"],
  ],
});

describe(Settings.shape.deployments.unwrap(), {
  canaryMinutes: [
    "Minutes in which AWS CodeDeploy sends a tenth of the invocations to a new version, 10 or 15, before it sends all. It goes back to the old version if an alarm of the function goes off. `null` switches at once.",
    10,
  ],
});

describe(Settings.shape.readers.unwrap(), {
  accounts: [
    "Other AWS accounts, whose own policies decide which of their roles may read.",
    ["123456789012"],
  ],
  roles: ["IAM roles of other accounts.", ["arn:aws:iam::123456789012:role/website"]],
  cloudFrontDistributions: [
    "CloudFront distributions with an origin access control. They read renditions, not manifests.",
    ["arn:aws:cloudfront::123456789012:distribution/E1ABCDEFGHIJKL"],
  ],
});

const Delivery = Settings.shape.delivery.unwrap();
describe(Delivery, {
  enabled: "Creates the stack `image-pipeline-delivery`.",
  allowedOrigins: [
    'Origins of pages whose scripts may read pictures and manifests (CORS). `["*"]` allows every page. A page needs none of this to show a picture.',
    ["https://app.example.com"],
  ],
  domain: ["Domain of the addresses. `null` uses CloudFront's own.", "images.example.com"],
  certificateArn: [
    "Certificate for the domain. It must be in us-east-1, whatever the pipeline's region.",
    "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555",
  ],
  zoneId: [
    "Route 53 zone that gets the domain's records. `null` if you create them yourself.",
    "Z0123456789ABCDEFGHIJ",
  ],
  webAclArn: [
    "Web ACL of AWS WAF for all requests.",
    "arn:aws:wafv2:us-east-1:123456789012:global/webacl/images/11111111-2222-3333-4444-555555555555",
  ],
  priceClass: "Edge locations that CloudFront uses: fewer are cheaper, and slower for viewers elsewhere.",
  manifests:
    'Access to `/manifests/*`. `"none"` refuses it, `"signed"` asks for a signature, and `{ maxAgeSeconds: 1 }` makes manifests public, cached for that time. A manifest has the source\'s key and the camera\'s facts.',
  access:
    'Access to renditions: `"public"` for everyone with the address, or `"signed"` with CloudFront\'s signed cookies or signed URLs.',
  publicKeys:
    "Two slots for the public keys that check signatures, so that a key can be replaced without interruption.",
  placeholderForRejected: [
    "Address to which a readable address redirects if the upload was rejected. `null` answers 404.",
    "https://www.example.com/broken-image.svg",
  ],
  distributionId: [
    "Id of the distribution, which is an output of the stack. It restricts the bucket's and the key's policies to this distribution; `null` allows every distribution of the account to read renditions.",
    "E1ABCDEFGHIJKL",
  ],
});
const PUBLIC_KEY = "-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----";
describe(Delivery.shape.publicKeys.unwrap(), {
  a: ["Public key as a PEM text (RSA 2048 or ECDSA 256).", PUBLIC_KEY],
  b: ["Second public key, in use together with the first during a rotation.", PUBLIC_KEY],
});

const PARTNER = { Principal: { AWS: "arn:aws:iam::123456789012:root" }, Effect: "Allow", Sid: "Partner" };
const statements = (Action: string) => [{ ...PARTNER, Action }];
describe(Settings.shape.webhooks.unwrap().element, {
  name: [
    "End of the names of its queue and its function, `<prefix>-webhook-<name>`. `null` for the first 16 characters of the URL's host. With another name it has a new, empty queue.",
    "shop",
  ],
  url: [
    "Address that gets each event as a POST: https, with a host name. An event is never sent to a private address.",
    "https://app.example.com/images",
  ],
  secretArn: [
    "Secret in AWS Secrets Manager whose text is `whsec_` and 24 to 64 random bytes in base64. Deliveries are signed with it, and with the version before it.",
    "arn:aws:secretsmanager:eu-central-1:123456789012:secret:images-AbCdEf",
  ],
  secretKeyArn: [
    "KMS key of that secret, if it is not encrypted with the key `aws/secretsmanager`.",
    "arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555",
  ],
  types: ["Types of the events that are sent (default: all).", ["image.processed", "image.removed"]],
});

describe(Settings.shape.policies.unwrap(), {
  uploads: ["Upload bucket, if the pipeline creates it, and the objects in it.", statements("s3:PutObject")],
  processed: ["Processed bucket and the objects in it.", statements("s3:ListBucket")],
  imageEvents: ["Topic of the image events.", statements("sns:Subscribe")],
  imageResults: ["Topic of the result events.", statements("sns:Subscribe")],
  queues: [
    "Queues of subscribers, by the subscriber's name.",
    { renditions: statements("sqs:GetQueueAttributes") },
  ],
});
describe(PolicyStatement, {
  Sid: ["Name of the statement, unique in its policy.", "Partner"],
  Effect: ['`"Allow"` or `"Deny"`.', "Allow"],
  Principal: [
    "Accounts, roles or services. Everyone can be allowed only with a condition.",
    { AWS: "arn:aws:iam::123456789012:root" },
  ],
  Action: ["One action or several.", "sns:Subscribe"],
  Condition: ["Conditions, as in IAM.", { StringEquals: { "aws:PrincipalOrgID": "o-abc123" } }],
});

describe(Settings.shape.load.unwrap(), {
  imagesPerMonth: "Number of uploads per month.",
  workerSecondsPerImage: "Time that the worker needs for all renditions of an image.",
  analyzerSecondsPerImage:
    "Time that the analyzer runs for an image, which is mostly Rekognition's (metric `AnalyzeTime`).",
  picturesPerAnalysis:
    "Average number of pictures that are made of an image for Rekognition: one, and more for animations, transparency and long strips (metric `PaidCalls`).",
  workflowPercent: "Percentage of the images that the workflow processes, if it is enabled.",
  deliveriesPerMonth:
    "Number of pictures per month that browsers load through CloudFront, if `delivery` is enabled.",
  kilobytesPerDelivery: "Mean size of such a picture in kilobytes.",
});

describe(Settings.shape.ci.unwrap(), {
  repository: ["GitHub repository as `owner/name`. `null` for none.", "team/image-pipeline"],
  branch: "Branch that is deployed.",
  ownerId: [
    "Id of the repository's owner, for repositories created or renamed since 15 July 2026, whose tokens name both ids. The roles trust the tokens without ids too. `null` for none.",
    1234567,
  ],
  repositoryId: ["Id of the repository, together with `ownerId`. `null` for none.", 987654321],
  existingProvider:
    "Uses the identity provider for GitHub that the account has. An account has one; `false` creates it.",
});

describe(Preset, {
  width: ["Width in pixels. Without it the width follows from the height.", 640],
  height: ["Height in pixels. Without it the height follows from the width.", 480],
  fit: '`"inside"` keeps the whole picture within width and height, `"cover"` crops it to fill them, `"contain"` pads it to fill them, `"fill"` stretches it.',
  position:
    'Part of the picture that `"cover"` keeps, or the place of the picture that `"contain"` pads. `"entropy"` keeps the part with the most detail, `"attention"` the most striking part. The metadata `x-amz-meta-focus: 0.3,0.7` of an upload, as shares of width and height, overrules it for `"cover"`: that point stays near the centre. Other text there is ignored, and reported as `facts.ignoredFocus`.',
  enlarge: "Enlarges pictures that are smaller than the preset.",
  background:
    'Colour of the padding of `"contain"`, and behind transparent pixels in JPEG. Eight digits include an opacity. `"auto"` is white, except for a picture whose visible pixels are all nearly white, such as a white logo, which gets a dark grey: on white it would be a blank area.',
  colourSpace:
    '`"p3"` keeps the colours of a source with a profile wider than sRGB. Other sources stay sRGB.',
  watermark: ["Line of text, or a logo, over the rendition.", { text: "© Team" }],
  keep: [
    'Metadata of the source that the renditions keep, as XMP. `"copyright"` keeps the notice of copyright and the creators, as in the facts, and nothing else. GIF has no place for it.',
    ["copyright"],
  ],
  formats: ["Files to make, each a format or a format with its encoder's options.", ["avif", "jpeg"]],
});

describe(Watermark, {
  text: [
    "Latin text: letters, digits, punctuation and signs such as ©. With `font`, text in every script that the font has; Arabic and Hebrew run from right to left, and letters are joined and combined as each script needs.",
    "© Team",
  ],
  font: [
    "Font of the text: the name of a TTF or OTF file in the folder `fonts` beside the config, of at most 10 MB, such as one of the [Noto fonts](https://notofonts.github.io) in its static form. It must have every character of the text, since no other font is used. The build puts it into the functions' zips; another content of the file is another recipe. Without it the pipeline draws the text with strokes of its own.",
    "NotoSansArabic-Regular.ttf",
  ],
  fontHash: [
    "Hash of the font's content. Leave it out: the pipeline computes it when it reads the config.",
    "0123456789abcdef0123456789abcdef",
  ],
  image: [
    "Logo instead of a text: the name of a PNG file in the folder `logos` beside the config, of at most 1 MB and 2,000 pixels a side. The build puts it into the functions' zips; another content of the file is another recipe.",
    "logo.png",
  ],
  imageHash: [
    "Hash of the logo's content. Leave it out: the pipeline computes it when it reads the config.",
    "0123456789abcdef0123456789abcdef",
  ],
  position: "Place of the text or logo.",
  colour: "Colour of the text; a logo keeps its own.",
  opacityPercent: "Opacity of the text or logo.",
  widthPercent:
    "Width of the text or logo as a share of the rendition's width. Its height is at most a quarter of the rendition's for text, and all of it for a logo.",
  marginPercent: "Distance from the edges as a share of the rendition's shorter side.",
});

describe(PresetRule, {
  prefix: ["Beginning of the key. An empty one has all keys, as the last rule.", "avatars/"],
  presets: ["Names of the presets that these images get.", ["thumb", "small"]],
});

const FORMAT = "Format of the file.";
const QUALITY = "Quality of the encoder: a higher value looks better and needs more bytes.";
const EFFORT = "CPU effort of the encoder: a higher value is slower and needs fewer bytes.";
const ANIMATED =
  'Frames of an animated source: `"first-frame"` keeps the first, `"keep"` keeps all, `"only"` keeps all and makes no file for other sources.';
const { webp, jpeg, avif, png, gif } = OUTPUT_OPTIONS;
const CHROMA =
  'Resolution of the colours. `"4:4:4"` keeps coloured edges sharp, `"4:2:0"` needs fewer bytes. `"auto"` takes `"4:4:4"` for graphics such as screenshots and logos, up to 7 megapixels, which it tells from photographs by their few colours and sharp edges.';
describe(webp, {
  format: FORMAT,
  quality: QUALITY,
  effort: EFFORT,
  smartSubsample:
    'Reduces the colours, which WebP always has in half the resolution, so that coloured edges stay sharper: slower. `"auto"` does so for graphics.',
  animated: ANIMATED,
});
describe(jpeg, {
  format: FORMAT,
  quality: QUALITY,
  progressive: "Encodes a progressive JPEG.",
  mozjpeg: "Uses mozjpeg's optimisations: slower and fewer bytes, always progressive.",
  chromaSubsampling: CHROMA,
});
describe(avif, {
  format: FORMAT,
  quality: `${QUALITY} The default looks like WebP's, in half the time and with fewer bytes: see docs/performance.md.`,
  effort: EFFORT,
  tune: 'Metric that the encoder optimises. `"ssim"` is faster, `"iq"` needs a lower quality for the same look.',
  chromaSubsampling: CHROMA,
});
describe(png, { format: FORMAT, palette: "Reduces the picture to a palette of 256 colours." });
describe(gif, { format: FORMAT, animated: ANIMATED });

describe(Limits, {
  maxBytes:
    "Maximum size of the file. The default is for JPEGs of 108 and 200 megapixels, which have 20 to 80 MB at a phone's best quality: one of 16320 x 12240 pixels and 100 MiB takes 290 to 420 MiB and 2 to 3 s of CPU. A file is in memory once in each of the two processes, so `worker.memoryMegabytes` must have room for it. Its bytes also take time to read: 26214400 (25 MiB) suffices for pictures of 50 megapixels.",
  inputs: [
    'Formats that are accepted. A format that is left out is rejected as `UNSUPPORTED_FORMAT`, unread: an answer to a security advisory about its decoder. `"raw"` is off by default: it accepts the raw files of cameras (CR2, CR3, NEF, ARW, DNG), of which the largest JPEG that the camera put there is rendered. `"svg"` is too: see docs/security.md before you accept it.',
    ["jpeg", "png", "webp"],
  ],
  maxFramePixels: [
    "Maximum number of pixels of one frame: a number for all formats, or one for each; formats that are left out keep their defaults. Those keep a picture within seconds: 210,000,000 for JPEG and the JPEG in a raw file, which is reduced while it is decoded, so that 200 megapixels of a phone (16320 x 12240) take little memory; 100,000,000 for PNG and TIFF, of which every pixel is decoded, and which include panoramas; 60,000,000 for WebP and GIF; 100,000,000 for AVIF and HEIC, which reach `maxDecodeMemoryBytes` first. An SVG of any size is drawn with at most 5,000,000, so that it takes less than 512 MiB with five layers of transparency, and has at most as many in the pictures inside of it.",
    { jpeg: 50_000_000 },
  ],
  maxFrames: "Maximum number of frames or pages.",
  maxTotalPixels: "Maximum number of pixels of all frames.",
  maxDecodeMemoryBytes:
    "Maximum memory for decoding, estimated from the header, and from the bytes of the file above 40 MiB, which are in memory beside the picture. The default keeps the process below 512 MiB.",
  maxScans:
    "Maximum number of scans of a progressive JPEG. Encoders write about 10; each costs a pass over all pixels, even an empty one.",
  maxParts:
    "Maximum number of segments of a JPEG, chunks of a PNG, items of an AVIF or elements of an SVG. 25,000 are chunks of 4 KiB in a file of 100 MiB; encoders write larger ones.",
  maxRenderSeconds:
    "Maximum time for rendering all presets, and maximum CPU time. A second later the process that renders is killed.",
  maxRenderMemoryBytes:
    "Maximum memory of the process that renders, which is killed above it. Pictures within the other limits take less than 512 MiB.",
});
