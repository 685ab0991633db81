import { aDeployment } from "./deployments.ts";

/** An environment with all of its stacks and parts. */
export const FULL_DEPLOYMENT = aDeployment({
  environment: "prod",
  analysis: { enabled: true },
  workflow: { enabled: true },
  webhooks: [
    {
      url: "https://shop.example.com/images",
      secretArn: "arn:aws:secretsmanager:us-east-1:123456789012:secret:images-AbCdEf",
    },
  ],
  delivery: {
    enabled: true,
    domain: "images.example.com",
    certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555",
    zoneId: "Z0123456789ABCDEFGHIJ",
    access: "signed",
    publicKeys: { a: "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----" },
  },
  alarms: {
    email: "team@example.com",
    slack: { workspaceId: "T012ABC", channelId: "C012ABC" },
    teams: {
      tenantId: "11111111-2222-4333-8444-555555555555",
      teamId: "66666666-7777-4888-9999-000000000000",
      channelId: "19%3Aabcdef%40thread.tacv2",
    },
  },
});
