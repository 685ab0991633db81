import { startLambdaHost } from "../../src/lambda-host/lambda-host.ts";

/** A host in another process, which a test kills: `node dying-host.ts ZIP FOLDER PORT`. */
const [zipPath = "", folder = "", port = ""] = process.argv.slice(2);
const asynchronous = {
  maximumRetryAttempts: 0,
  maximumEventAgeSeconds: 60,
  onFailureArn: null,
  deadLetterArn: null,
};
const lambda = {
  name: "orphan",
  arn: "arn:aws:lambda:us-east-1:000000000000:function:orphan",
  roleArn: "",
  zipPath,
  handler: "index.handler",
  environment: {},
  timeoutSeconds: 60,
  memoryMegabytes: 512,
  reservedConcurrency: null,
  asynchronous,
};
const host = await startLambdaHost({
  topology: { functions: [lambda], mappings: [], region: "us-east-1" },
  endpoint: "",
  credentialsOf: () => ({ accessKeyId: "key", secretAccessKey: "secret" }),
  folder,
  maximumProcesses: 1,
});
await host.invoke("orphan", { port: Number(port) });
