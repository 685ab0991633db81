import { describe, expect, it } from "vitest";
import { stepAfter, toInvocationRecord } from "../../src/delivery/async-invocation.ts";
import { failure } from "../../src/lambda-host/outcome.ts";

const NOW = 1_700_000_000_000;
const settings = {
  maximumRetryAttempts: 2,
  maximumEventAgeSeconds: 600,
  onFailureArn: null,
  deadLetterArn: null,
};
const after = (failures: number, secondsOld = 0, other: Partial<typeof settings> = {}) =>
  stepAfter({ failures, since: NOW - secondsOld * 1000 }, failure("Error", "no"), {
    now: NOW,
    settings: { ...settings, ...other },
  });

describe("an asynchronous invocation", () => {
  it("is done when the function has answered", () => {
    expect(
      stepAfter({ failures: 0, since: NOW }, { ok: true, payload: null }, { now: NOW, settings }),
    ).toEqual({ step: "done" });
  });

  it("is retried after one minute and after two more, and then ends as failed", () => {
    expect([after(0), after(1), after(2)]).toMatchObject([
      { step: "retry", delaySeconds: 60 },
      { step: "retry", delaySeconds: 120 },
      { step: "give-up", condition: "RetriesExhausted" },
    ]);
  });

  it("ends as failed after one attempt if the stack allows no retry", () => {
    expect(after(0, 0, { maximumRetryAttempts: 0 })).toMatchObject({
      step: "give-up",
      condition: "RetriesExhausted",
    });
  });

  it("ends as failed if it would be too old at the next attempt", () => {
    expect(after(1, 500)).toMatchObject({ step: "give-up", condition: "EventAgeExceeded" });
  });

  it("produces AWS's record with the event and the error", () => {
    const error = { errorType: "TypeError", errorMessage: "no good", trace: ["TypeError: no good"] };
    const invocation = { requestId: "r-1", failures: 2, since: NOW, event: { Records: [] } };
    const lambda = { arn: "arn:aws:lambda:us-east-1:000000000000:function:ingest" };
    expect(
      toInvocationRecord(invocation, { condition: "RetriesExhausted", error }, { lambda, now: NOW }),
    ).toEqual({
      version: "1.0",
      timestamp: "2023-11-14T22:13:20.000Z",
      requestContext: {
        requestId: "r-1",
        functionArn: "arn:aws:lambda:us-east-1:000000000000:function:ingest:$LATEST",
        condition: "RetriesExhausted",
        approximateInvokeCount: 3,
      },
      requestPayload: { Records: [] },
      responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
      responsePayload: error,
    });
  });
});
