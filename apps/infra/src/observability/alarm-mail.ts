/**
 * Mails of alarms, and of OK only after an alarm: a new composite alarm goes from INSUFFICIENT_DATA to OK, which is no news. SNS filters
 * by the text of CloudWatch's message, which is JSON (docs.aws.amazon.com/sns/latest/dg/sns-message-filtering-scope.html).
 */
export function alarmMail(topicArn: string, email: string) {
  return {
    topicArn,
    protocol: "email",
    endpoint: email,
    filterPolicyScope: "MessageBody",
    filterPolicy: JSON.stringify({ $or: [{ NewStateValue: ["ALARM"] }, { OldStateValue: ["ALARM"] }] }),
  };
}
