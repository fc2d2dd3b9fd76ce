/** Places a graph: sizes from words, positions from dagre. */
import { graphlib, layout as place } from '@dagrejs/dagre';
import type { Graph, GraphEdge, GraphGroup, GraphNode } from './graph.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedNode extends Point {
  readonly node: GraphNode;
  readonly lines: readonly string[];
  readonly width: number;
  readonly height: number;
}

export interface PlacedEdge {
  readonly edge: GraphEdge;
  readonly points: readonly Point[];
  readonly label: (Point & { readonly lines: readonly string[]; readonly width: number }) | null;
}

export interface PlacedGroup extends Point {
  readonly group: GraphGroup;
  readonly width: number;
  readonly height: number;
}

export interface PlacedGraph {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  readonly groups: readonly PlacedGroup[];
}

export type Measure = (text: string) => number;

export const lineHeight = 16;
const widest = 220;
const mostNodes = 200;
const mostEdges = 400;

/** Words on lines of bearable length. */
export function wrap(text: string, measure: Measure, width = widest): string[] {
  const lines: string[] = [];
  for (const written of text.split('\n')) {
    let line = '';
    for (const word of written.split(/\s+/).filter((part) => part !== '')) {
      const longer = line === '' ? word : `${line} ${word}`;
      if (line !== '' && measure(longer) > width) {
        lines.push(line);
        line = word;
      } else line = longer;
    }
    if (line !== '' || lines.length === 0) lines.push(line);
  }
  return lines.slice(0, 12);
}

function sizeOf(node: GraphNode, lines: readonly string[], measure: Measure) {
  if (node.shape === 'start') return { width: 16, height: 16 };
  const text = Math.max(16, ...lines.map(measure));
  const tall = lines.length * lineHeight;
  switch (node.shape) {
    case 'diamond':
      return { width: text * 1.35 + 34, height: tall * 1.5 + 26 };
    case 'circle': {
      const size = Math.max(text, tall) + 26;
      return { width: size, height: size };
    }
    case 'hexagon':
      return { width: text + 46, height: tall + 18 };
    case 'cylinder':
      return { width: text + 26, height: tall + 28 };
    case 'box':
    case 'round':
    case 'pill':
    case 'flag':
      return { width: text + 28, height: tall + 16 };
  }
}

/** A group that an arrow leads to stands for the first node in it. */
function endOf(graph: Graph, id: string): string {
  if (graph.nodes.some((node) => node.id === id)) return id;
  const inside = (parent: string | undefined): boolean => {
    for (let at = parent; at !== undefined; at = graph.parents.get(at)) if (at === id) return true;
    return false;
  };
  return graph.nodes.find((node) => inside(graph.parents.get(node.id)))?.id ?? id;
}

/** Null: there is nothing to place, or more than a picture can show. */
export function layOut(graph: Graph, measure: Measure): PlacedGraph | null {
  const { nodes, edges } = graph;
  if (nodes.length === 0 || nodes.length > mostNodes || edges.length > mostEdges) return null;
  const layout = new graphlib.Graph({ compound: true, multigraph: true });
  layout.setGraph({
    rankdir: graph.direction,
    nodesep: 28,
    ranksep: 40,
    edgesep: 14,
    marginx: 8,
    marginy: 8,
  });
  const sized = new Map(
    nodes.map((node) => {
      const lines = wrap(node.label, measure);
      return [node.id, { node, lines, ...sizeOf(node, lines, measure) }] as const;
    }),
  );
  const groups = graph.groups.filter((group) =>
    nodes.some(
      (node) => endOf(graph, group.id) === node.id || graph.parents.get(node.id) === group.id,
    ),
  );
  const kept = new Set(groups.map(({ id }) => id));
  for (const group of groups) layout.setNode(`group:${group.id}`, { width: 0, height: 0 });
  for (const [id, { width, height }] of sized) layout.setNode(`node:${id}`, { width, height });
  for (const { id } of nodes) {
    const parent = graph.parents.get(id);
    if (parent !== undefined && kept.has(parent)) layout.setParent(`node:${id}`, `group:${parent}`);
  }
  for (const group of groups) {
    if (group.parent !== null && kept.has(group.parent))
      layout.setParent(`group:${group.id}`, `group:${group.parent}`);
  }
  const labels = edges.map((edge) => (edge.label === '' ? [] : wrap(edge.label, measure, 160)));
  for (const [index, edge] of edges.entries()) {
    const lines = labels[index] ?? [];
    layout.setEdge(
      `node:${endOf(graph, edge.from)}`,
      `node:${endOf(graph, edge.to)}`,
      {
        width: lines.length === 0 ? 0 : Math.max(...lines.map(measure)) + 8,
        height: lines.length * lineHeight,
        labelpos: 'c',
      },
      String(index),
    );
  }
  place(layout);
  const boxOf = (id: string): { x: number; y: number; width: number; height: number } => {
    const placed = layout.node(id);
    return { x: placed.x ?? 0, y: placed.y ?? 0, width: placed.width, height: placed.height };
  };
  const nodeAt = (id: string): Outlined | null => {
    const node = sized.get(id)?.node;
    return node === undefined ? null : { shape: node.shape, ...boxOf(`node:${id}`) };
  };
  const placedEdges = edges.map((edge, index): PlacedEdge => {
    const placed = layout.edge(
      `node:${endOf(graph, edge.from)}`,
      `node:${endOf(graph, edge.to)}`,
      String(index),
    ) as { points?: Point[]; x?: number; y?: number } | undefined;
    const lines = labels[index] ?? [];
    return {
      edge,
      points: onOutlines(
        placed?.points ?? [],
        nodeAt(endOf(graph, edge.from)),
        nodeAt(endOf(graph, edge.to)),
      ),
      label:
        lines.length === 0 || placed?.x === undefined || placed.y === undefined
          ? null
          : { x: placed.x, y: placed.y, lines, width: Math.max(...lines.map(measure)) + 8 },
    };
  });
  const placed = {
    nodes: [...sized.values()].map(({ node, lines }) => ({
      node,
      lines,
      ...boxOf(`node:${node.id}`),
    })),
    edges: placedEdges,
    groups: groups.map((group) => ({ group, ...boxOf(`group:${group.id}`) })),
  };
  return { ...placed, ...boundsOf(placed) };
}

interface Outlined extends Point {
  readonly shape: GraphNode['shape'];
  readonly width: number;
  readonly height: number;
}

/** The layout ends edges at the box around a node; a diamond begins further in. */
function onOutlines(points: readonly Point[], from: Outlined | null, to: Outlined | null): Point[] {
  const moved = [...points];
  const meet = (node: Outlined | null, end: number, next: Point | undefined): void => {
    if (node === null || next === undefined || !/^(diamond|circle)$/.test(node.shape)) return;
    const [dx, dy] = [next.x - node.x, next.y - node.y];
    const [across, down] = [Math.abs(dx) / (node.width / 2), Math.abs(dy) / (node.height / 2)];
    const length = node.shape === 'diamond' ? across + down : Math.hypot(across, down);
    if (length > 1) moved[end] = { x: node.x + dx / length, y: node.y + dy / length };
  };
  meet(from, 0, points[1]);
  meet(to, points.length - 1, points.at(-2));
  return moved;
}

const margin = 8;

/** Around everything: edges that lead back go further out than the layout says. */
function boundsOf({ nodes, edges, groups }: Pick<PlacedGraph, 'nodes' | 'edges' | 'groups'>) {
  const xs: number[] = [];
  const ys: number[] = [];
  const add = (x: number, y: number, width = 0, height = 0): void => {
    xs.push(x - width / 2, x + width / 2);
    ys.push(y - height / 2, y + height / 2);
  };
  for (const { x, y, width, height } of [...nodes, ...groups]) add(x, y, width, height);
  for (const { points, label } of edges) {
    for (const { x, y } of points) add(x, y);
    if (label !== null) add(label.x, label.y, label.width, label.lines.length * lineHeight);
  }
  const [left, top] = [Math.min(...xs) - margin, Math.min(...ys) - margin];
  return {
    left,
    top,
    width: Math.max(...xs) + margin - left,
    height: Math.max(...ys) + margin - top,
  };
}
