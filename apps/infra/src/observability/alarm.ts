import type { CloudwatchMetricAlarmConfig } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm/index.js";
import { isExpression, type Measure, type Metric, type Watch } from "../watches/watch.ts";

/**
 * Returns the alarm of a watch. Missing data does not alarm, since a pipeline without uploads sends none; the exception is
 * a watch for a metric that must arrive regularly.
 */
export function toAlarm(watch: Watch, prefix: string): CloudwatchMetricAlarmConfig {
  return {
    alarmName: `${prefix}-${watch.name}`,
    alarmDescription: `${watch.meaning}. See docs/runbook.md#${watch.section}`,
    comparisonOperator: watch.goesOff === "below" ? "LessThanThreshold" : "GreaterThanOrEqualToThreshold",
    threshold: watch.threshold,
    evaluationPeriods: watch.periods.of,
    datapointsToAlarm: watch.periods.reached,
    treatMissingData: watch.goesOff === "below" ? "breaching" : "notBreaching",
    ...toMeasure(watch.measure, watch.periodSeconds),
  };
}

function toMeasure(measure: Measure, period: number): Partial<CloudwatchMetricAlarmConfig> {
  if (!isExpression(measure)) {
    const { namespace, name, statistic, dimensions } = measure;
    const isPercentile = statistic.startsWith("p");
    return {
      namespace,
      metricName: name,
      dimensions,
      period,
      ...(isPercentile ? { extendedStatistic: statistic } : { statistic }),
    };
  }
  const inputs = Object.entries(measure.metrics).map(([id, metric]) => ({
    id,
    metric: toQuery(metric, period),
  }));
  const share = { id: "share", expression: measure.expression, label: measure.label, returnData: true };
  return { metricQuery: [share, ...inputs] };
}

function toQuery({ namespace, name, statistic, dimensions }: Metric, period: number) {
  return { namespace, metricName: name, stat: statistic, dimensions, period };
}
