/** The fields in which a test's upload differs from that of `photos/a b.jpg`. */
export interface RecordFields {
  eventVersion?: string;
  eventName?: string;
  eventTime?: string;
  object?: Record<string, unknown>;
  responseElements?: Record<string, string>;
}

/** One record as S3 writes it (docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html). */
export function s3Record({ object = {}, ...fields }: RecordFields = {}) {
  return {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: "eu-central-1",
    eventTime: "2026-01-01T12:00:00.000Z",
    eventName: "ObjectCreated:Put",
    userIdentity: { principalId: "AWS:EXAMPLE" },
    requestParameters: { sourceIPAddress: "192.0.2.1" },
    responseElements: { "x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "…" },
    ...fields,
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: "uploads",
      bucket: { name: "uploads", ownerIdentity: { principalId: "EXAMPLE" }, arn: "arn:aws:s3:::uploads" },
      object: {
        key: "photos/a+b.jpg",
        size: 1234,
        eTag: "d41d8cd98f00b204e9800998ecf8427e",
        versionId: "096fKKXTRTtl3on89fVO.nfljtsv6qko",
        sequencer: "0055AED6DCD90281E5",
        ...object,
      },
    },
  };
}

export function s3Notification(...records: unknown[]) {
  return { Records: records };
}

/** Encodes a key as S3 does in a notification: most bytes percent-encoded, a space as plus. */
export function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");
}

/** The test event that S3 sends when a notification is configured. */
export const TEST_EVENT = {
  Service: "Amazon S3",
  Event: "s3:TestEvent",
  Time: "2026-01-01T12:00:00.000Z",
  Bucket: "uploads",
  RequestId: "5582815E1AEA5ADF",
  HostId: "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE",
};

/** The same upload as an event of EventBridge (docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html). */
export function bridgedEvent({
  detail = {},
  ...fields
}: {
  "detail-type"?: string;
  detail?: BridgedDetail;
} = {}) {
  const { object = {}, ...details } = detail;
  return {
    version: "0",
    id: "17793124-05d4-b198-2fde-7ededc63b103",
    "detail-type": "Object Created",
    source: "aws.s3",
    account: "111122223333",
    time: "2026-01-01T12:00:00Z",
    region: "eu-central-1",
    resources: ["arn:aws:s3:::uploads"],
    ...fields,
    detail: {
      version: "0",
      "event-version": "1.0",
      bucket: { name: "uploads" },
      "request-id": "N4N7GDK58NMKJ12R",
      requester: "123456789012",
      "source-ip-address": "1.2.3.4",
      reason: "PutObject",
      ...details,
      object: {
        key: "example-key",
        size: 1234,
        etag: "d41d8cd98f00b204e9800998ecf8427e",
        "version-id": "096fKKXTRTtl3on89fVO.nfljtsv6qko",
        sequencer: "0055AED6DCD90281E5",
        ...object,
      },
    },
  };
}

type BridgedDetail = { object?: Record<string, unknown>; [field: string]: unknown };
