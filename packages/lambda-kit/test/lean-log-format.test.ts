import { expect, test } from "vitest";
import { LeanLogFormat } from "../src/lean-log-format.ts";
import { lambdaContext } from "./lambda-context.ts";

test("a line has the request and the logged fields, without those that its log group names", () => {
  const item = new LeanLogFormat().formatAttributes(
    {
      logLevel: "INFO",
      message: "rendered",
      timestamp: new Date(0),
      serviceName: "worker",
      environment: "",
      awsRegion: "us-east-1",
      sampleRateValue: 0,
      lambdaContext: { ...lambdaContext, coldStart: true },
    },
    { key: "a.jpg" },
  );
  item.prepareForPrint();
  expect(item.getAttributes()).toEqual({
    level: "INFO",
    message: "rendered",
    timestamp: "1970-01-01T00:00:00.000Z",
    service: "worker",
    cold_start: true,
    function_request_id: "r",
    key: "a.jpg",
  });
});
