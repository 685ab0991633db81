import elk, { type ElkExtendedEdge, type ElkNode } from "elkjs/lib/elk.bundled.js";
import type { Architecture, ArchitectureEdge } from "./architecture.ts";
import type { ArchitectureNode } from "./resource-index.ts";

export interface Point {
  x: number;
  y: number;
}
export interface PlacedNode extends ArchitectureNode, Point {
  width: number;
  height: number;
}
export interface PlacedEdge extends ArchitectureEdge {
  points: Point[];
  /** Centre of the label; null without one. */
  labelAt: Point | null;
}
export interface Layout {
  width: number;
  height: number;
  nodes: PlacedNode[];
  edges: PlacedEdge[];
}

const NODE = { width: 146, height: 56 };
const ORIGIN: Point = { x: 0, y: 0 };
const LABEL_HEIGHT = 16;
const CHARACTER_WIDTH = 6.8;
/** Options of ELK's layered algorithm (eclipse.dev/elk/reference/algorithms/org-eclipse-elk-layered.html). */
const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "DOWN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.spacing.nodeNode": "10",
  "elk.spacing.edgeNode": "18",
  "elk.spacing.edgeEdge": "12",
  "elk.layered.spacing.nodeNodeBetweenLayers": "34",
  "elk.layered.spacing.edgeNodeBetweenLayers": "16",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.mergeEdges": "true",
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.crossingMinimization.forceNodeModelOrder": "true",
  "elk.padding": "[top=16,left=12,bottom=16,right=12]",
  "elk.randomSeed": "1",
};

/** Places nodes and edges. */
export async function layOut({ nodes, edges }: Architecture): Promise<Layout> {
  const graph: ElkNode = {
    id: "root",
    layoutOptions: OPTIONS,
    children: nodes.map(({ id }) => ({ id, ...NODE })),
    edges: edges.map(({ from, to, label }, index) => ({
      id: String(index),
      sources: [from],
      targets: [to],
      labels:
        label === ""
          ? []
          : [
              {
                text: label,
                width: label.length * CHARACTER_WIDTH,
                height: LABEL_HEIGHT,
                layoutOptions: { "elk.edgeLabels.inline": "true" },
              },
            ],
    })),
  };
  const { width = 0, height = 0, children = [], edges: routed = [] } = await new elk.default().layout(graph);
  const places = new Map(children.map(({ id, x = 0, y = 0 }) => [id, { x, y }]));
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    nodes: nodes.map((node) => ({ ...node, ...NODE, ...(places.get(node.id) ?? ORIGIN) })),
    edges: edges.map((edge, index) => ({ ...edge, ...toRoute(routed[index]) })),
  };
}

function toRoute(edge: ElkExtendedEdge | undefined): Pick<PlacedEdge, "points" | "labelAt"> {
  const [section] = edge?.sections ?? [];
  const [label] = edge?.labels ?? [];
  const points = section ? [section.startPoint, ...(section.bendPoints ?? []), section.endPoint] : [];
  return { points, labelAt: label ? toCentre(label) : null };
}

function toCentre({ x = 0, y = 0, width = 0, height = 0 }: Partial<PlacedNode>): Point {
  return { x: x + width / 2, y: y + height / 2 };
}
