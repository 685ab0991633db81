import { EDGE_REGION, isExpression, type Metric, type Watch } from "../watches/watch.ts";

const COLUMNS = 3;
const WIDTH = 8;
const HEIGHT = 6;

/** Returns CloudWatch's dashboard body: a widget for each watch, with its alarm's threshold as a line. */
export function dashboardBody(watches: readonly Watch[], region: string): string {
  return JSON.stringify({ widgets: watches.map((watch, index) => toWidget(watch, index, region)) });
}

function toWidget(watch: Watch, index: number, region: string) {
  return {
    type: "metric",
    x: (index % COLUMNS) * WIDTH,
    y: Math.floor(index / COLUMNS) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    properties: {
      title: watch.name,
      region: watch.isAtTheEdge ? EDGE_REGION : region,
      view: "timeSeries",
      period: watch.periodSeconds,
      metrics: toMetrics(watch),
      annotations: { horizontal: [{ label: "alarm", value: watch.threshold }] },
      yAxis: { left: { min: 0 } },
    },
  };
}

function toMetrics({ measure }: Watch): unknown[] {
  if (!isExpression(measure)) return [toMetric(measure, {})];
  const { expression, label, metrics } = measure;
  const inputs = Object.entries(metrics).map(([id, metric]) => toMetric(metric, { id, visible: false }));
  return [[{ expression, label, id: "share" }], ...inputs];
}

function toMetric({ namespace, name, statistic, dimensions }: Metric, options: Record<string, unknown>) {
  return [namespace, name, ...Object.entries(dimensions).flat(), { stat: statistic, ...options }];
}
