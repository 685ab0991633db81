import { runtime } from "../../src/toolchain.ts";
import { at, broken, type Control, invokedAs, isCustomerKey, isSecretFree, resourcesOf } from "./control.ts";

const FUNCTION = "aws_lambda_function";
const WHERE = "`constructs/node-function.ts`";
const YEAR_DAYS = 365;

export const FUNCTION_CONTROLS: readonly Control[] = [
  {
    ids: ["CKV_AWS_50", "AWS-0066", "Lambda.7"],
    what: "every function is traced, unless `xray` is false, as in the shipped config",
    where: WHERE,
    faults: (stacks) =>
      broken(stacks, FUNCTION, ({ attributes }) => at(attributes.tracing_config, "mode") === "Active"),
  },
  {
    ids: ["CKV_AWS_116"],
    what: "every function that is invoked asynchronously has a DLQ and an on-failure destination",
    where: "`constructs/asynchronous-invocation.ts`",
    faults: (stacks) => {
      const polled = resourcesOf(stacks, "aws_lambda_event_source_mapping").map(
        ({ attributes }) => attributes.function_name,
      );
      const machines = resourcesOf(stacks, "aws_sfn_state_machine").map(
        ({ attributes }) => attributes.definition,
      );
      const configs = resourcesOf(stacks, "aws_lambda_function_event_invoke_config");
      const urls = resourcesOf(stacks, "aws_lambda_function_url").map(
        ({ attributes }) => attributes.function_name,
      );
      return broken(stacks, FUNCTION, (lambda) => {
        const { address, attributes } = lambda;
        const names = invokedAs(stacks, lambda);
        if (names.some((name) => polled.includes(name))) return true;
        if (urls.includes(`\${${address}.function_name}`)) return true;
        if (machines.some((definition) => names.some((name) => String(definition).includes(name))))
          return true;
        const destinations = configs
          .filter((one) => one.attributes.function_name === `\${${address}.function_name}`)
          .map((one) => at(one.attributes, "destination_config", "on_failure", "destination"));
        // One for the alias, and one for the function itself.
        if (destinations.length !== 2) return false;
        return [...destinations, at(attributes.dead_letter_config, "target_arn")].every((arn) =>
          /^\$\{aws_sqs_queue\.\w+\.arn\}$/.test(String(arn)),
        );
      });
    },
  },
  {
    ids: ["CKV_AWS_173"],
    what: "every function's variables are encrypted with the customer key",
    where: WHERE,
    faults: (stacks) => broken(stacks, FUNCTION, ({ attributes }) => isCustomerKey(attributes.kms_key_arn)),
  },
  {
    ids: ["CKV_AWS_45"],
    what: "no function's variable looks like a secret",
    where: "`stacks/`, `subscribers/`",
    faults: (stacks) =>
      broken(
        stacks,
        FUNCTION,
        ({ attributes }) =>
          at(attributes, "function_name") !== undefined &&
          isSecretFree(JSON.stringify(attributes.environment)),
      ),
  },
  {
    ids: ["CKV_AWS_363", "Lambda.2"],
    what: "every function runs on a current runtime",
    where: WHERE,
    faults: (stacks) => broken(stacks, FUNCTION, ({ attributes }) => attributes.runtime === runtime),
  },
  {
    ids: ["CKV_AWS_66", "CKV_AWS_158", "CKV_AWS_338", "AWS-0017", "CloudWatch.16"],
    what: "every function writes to its own log group, kept for a year, encrypted with the customer key",
    where: `${WHERE}, \`logRetentionDays\` in the config`,
    faults: (stacks) =>
      broken(stacks, FUNCTION, ({ attributes }) => {
        const name = at(attributes.logging_config, "log_group");
        const group = resourcesOf(stacks, "aws_cloudwatch_log_group").find(
          ({ address }) => name === `\${${address}.name}`,
        );
        return (
          Number(group?.attributes.retention_in_days) >= YEAR_DAYS &&
          isCustomerKey(group?.attributes.kms_key_id)
        );
      }),
  },
  {
    ids: ["CKV_AWS_301", "CKV_AWS_364", "AWS-0067", "Lambda.1"],
    what: "every permission to invoke has a service and a source ARN, and for a bucket, whose ARN has no account, also the account",
    where:
      "`stacks/notifications-stack.ts`, `stacks/bridged-uploads.ts`, `stacks/audit.ts`, `delivery/resolver.ts`",
    faults: (stacks) =>
      broken(
        stacks,
        "aws_lambda_permission",
        ({ attributes }) =>
          /\.amazonaws\.com$/.test(String(attributes.principal)) &&
          attributes.source_arn !== undefined &&
          (attributes.principal !== "s3.amazonaws.com" || attributes.source_account !== undefined),
      ),
  },
  {
    ids: ["CKV_AWS_319", "CloudWatch.15", "CloudWatch.17"],
    what: "every alarm has an action, and its actions are enabled",
    where: "`observability/alarm.ts`",
    faults: (stacks) =>
      broken(
        stacks,
        "aws_cloudwatch_metric_alarm",
        ({ attributes }) =>
          attributes.actions_enabled !== false && at(attributes.alarm_actions, 0) !== undefined,
      ),
  },
];
