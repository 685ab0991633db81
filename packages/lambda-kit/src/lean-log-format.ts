import { LogFormatter, LogItem } from "@aws-lambda-powertools/logger";
import type { LogAttributes, UnformattedAttributes } from "@aws-lambda-powertools/logger/types";

/** Powertools' lines without the function's name, ARN and memory, which the log group tells: a log is paid for by the byte. */
export class LeanLogFormat extends LogFormatter {
  override formatAttributes(known: UnformattedAttributes, more: LogAttributes): LogItem {
    const attributes = {
      level: known.logLevel,
      message: known.message,
      timestamp: this.formatTimestamp(known.timestamp),
      service: known.serviceName,
      cold_start: known.lambdaContext?.coldStart,
      function_request_id: known.lambdaContext?.awsRequestId,
      xray_trace_id: known.xRayTraceId,
    };
    return new LogItem({ attributes: { ...attributes, ...more } });
  }
}
