import { at, broken, isSecretFree, type Resource } from "../controls/control.ts";
import type { Rule, Rules } from "./rule.ts";

const FUNCTION = "aws_lambda_function";
const LOGS = "aws_cloudwatch_log_group";
const MACHINE = "aws_sfn_state_machine";

const functions =
  (holds: (attributes: Resource["attributes"]) => boolean): Rule =>
  (stacks) =>
    broken(stacks, FUNCTION, ({ attributes }) => holds(attributes));
const logGroups =
  (holds: (attributes: Resource["attributes"]) => boolean): Rule =>
  (stacks) =>
    broken(stacks, LOGS, ({ attributes }) => holds(attributes));
const machines =
  (holds: (attributes: Resource["attributes"]) => boolean): Rule =>
  (stacks) =>
    broken(stacks, MACHINE, ({ attributes }) => holds(attributes));
const permissions =
  (holds: (attributes: Resource["attributes"]) => boolean): Rule =>
  (stacks) =>
    broken(stacks, "aws_lambda_permission", ({ attributes }) => holds(attributes));

const isTraced = functions(({ tracing_config }) =>
  ["Active", "PassThrough"].includes(String(at(tracing_config, "mode"))),
);
const isCurrent = functions(({ runtime }) => /^nodejs(22|24)\.x$/.test(String(runtime)));
const isKeyed = ({ kms_key_id }: Resource["attributes"]) => kms_key_id !== undefined;

export const FUNCTION_RULES: Rules = {
  CKV_AWS_45: functions(({ environment }) => isSecretFree(JSON.stringify(environment))),
  CKV_AWS_50: isTraced,
  "AWS-0066": isTraced,
  CKV_AWS_115: functions(({ reserved_concurrent_executions: reserved }) => Number(reserved) >= 0),
  CKV_AWS_116: functions(({ dead_letter_config }) => at(dead_letter_config, "target_arn") !== undefined),
  CKV_AWS_117: functions(({ vpc_config }) => vpc_config !== undefined),
  CKV_AWS_173: functions(({ kms_key_arn }) => kms_key_arn !== undefined),
  CKV_AWS_272: functions(({ code_signing_config_arn }) => code_signing_config_arn !== undefined),
  CKV_AWS_363: isCurrent,
  "Lambda.2": isCurrent,
  // A function outside a VPC passes.
  "Lambda.5": functions(({ vpc_config }) => {
    const subnets = at(vpc_config, "subnet_ids");
    return vpc_config === undefined || (Array.isArray(subnets) && subnets.length > 1);
  }),
  CKV_AWS_301: permissions(({ principal }) => principal !== "*"),
  CKV_AWS_364: permissions(({ source_arn, source_account }) => (source_arn ?? source_account) !== undefined),
  "AWS-0067": permissions(({ source_arn }) => source_arn !== undefined),
  "Lambda.1": permissions(
    ({ principal, source_account }) =>
      principal !== "*" && (principal !== "s3.amazonaws.com" || source_account !== undefined),
  ),
  CKV_AWS_66: logGroups(({ retention_in_days }) => retention_in_days !== undefined),
  CKV_AWS_158: logGroups(isKeyed),
  "AWS-0017": logGroups(isKeyed),
  CKV_AWS_338: logGroups(({ retention_in_days: days }) => Number(days) === 0 || Number(days) >= 365),
  CKV_AWS_284: machines(({ tracing_configuration }) => at(tracing_configuration, "enabled") === true),
  CKV_AWS_285: machines(
    ({ logging_configuration }) => at(logging_configuration, "include_execution_data") === true,
  ),
  "StepFunctions.1": machines(({ logging_configuration }) =>
    ["ALL", "ERROR", "FATAL"].includes(String(at(logging_configuration, "level"))),
  ),
  CKV_AWS_319: (stacks) =>
    broken(stacks, "aws_cloudwatch_metric_alarm", ({ attributes }) => attributes.actions_enabled !== false),
};
