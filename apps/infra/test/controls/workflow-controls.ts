import { at, broken, type Control, isCustomerKey, resourcesOf } from "./control.ts";

const MACHINE = "aws_sfn_state_machine";
const WHERE = "`constructs/logged-state-machine.ts`";
const YEAR_DAYS = 365;

export const WORKFLOW_CONTROLS: readonly Control[] = [
  {
    ids: ["CKV_AWS_284"],
    what: "every state machine is traced, unless `xray` is false, as in the shipped config",
    where: WHERE,
    faults: (stacks) =>
      broken(stacks, MACHINE, ({ attributes }) => at(attributes.tracing_configuration, "enabled") === true),
  },
  {
    ids: ["StepFunctions.1"],
    what: "every state machine logs every transition without its data to its own log group, kept for a year, encrypted with the customer key",
    where: `${WHERE}, \`logRetentionDays\` in the config`,
    faults: (stacks) =>
      broken(stacks, MACHINE, ({ attributes }) => {
        const { logging_configuration: logging } = attributes;
        const group = resourcesOf(stacks, "aws_cloudwatch_log_group").find(
          ({ address }) => at(logging, "log_destination") === `\${${address}.arn}:*`,
        );
        return (
          at(logging, "level") === "ALL" &&
          at(logging, "include_execution_data") === false &&
          Number(group?.attributes.retention_in_days) >= YEAR_DAYS &&
          isCustomerKey(group?.attributes.kms_key_id)
        );
      }),
  },
  {
    ids: ["Well-Architected"],
    what: "every state machine's definition and executions are encrypted with the customer key",
    where: WHERE,
    faults: (stacks) =>
      broken(stacks, MACHINE, ({ attributes }) => {
        const { encryption_configuration: encryption } = attributes;
        return (
          at(encryption, "type") === "CUSTOMER_MANAGED_KMS_KEY" && isCustomerKey(at(encryption, "kms_key_id"))
        );
      }),
  },
];
