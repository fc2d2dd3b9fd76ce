/** What a drawn graph consists of, whichever kind of diagram it was written as. */

export type Shape =
  | 'box'
  | 'round'
  | 'pill'
  | 'circle'
  | 'diamond'
  | 'hexagon'
  | 'cylinder'
  | 'flag'
  | 'start';

export interface GraphNode {
  readonly id: string;
  readonly label: string;
  readonly shape: Shape;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly line: 'solid' | 'dotted' | 'thick' | 'hidden';
  readonly head: 'arrow' | 'none';
  readonly tail: 'arrow' | 'none';
}

export interface GraphGroup {
  readonly id: string;
  readonly title: string;
  readonly parent: string | null;
}

export interface Graph {
  readonly direction: 'TB' | 'BT' | 'LR' | 'RL';
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly groups: readonly GraphGroup[];
  /** Which group a node or a group is in. */
  readonly parents: ReadonlyMap<string, string>;
}

const entities: Readonly<Record<string, string>> = {
  quot: '"',
  amp: '&',
  lt: '<',
  gt: '>',
  nbsp: ' ',
  apos: "'",
  semi: ';',
  colon: ':',
};

/** The words of a label: quotes, markup and entities resolved; never more than anyone reads. */
export function labelText(written: string): string {
  return written
    .trim()
    .replace(/^"`?([\s\S]*?)`?"$/, '$1')
    .replace(/<br\s*\/?>|\\n/gi, '\n')
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/[#&](\w+);/g, (whole, name: string) => {
      if (/^\d{1,6}$/.test(name)) return String.fromCodePoint(Math.min(Number(name), 0x10_ff_ff));
      return entities[name.toLowerCase()] ?? whole;
    })
    .replace(/\*\*/g, '')
    .slice(0, 500);
}

/** Collects nodes and edges in the order in which they are named first. */
export class GraphBuilder {
  direction: Graph['direction'] = 'TB';
  readonly #nodes = new Map<string, GraphNode>();
  readonly #groups = new Map<string, GraphGroup>();
  readonly #parents = new Map<string, string>();
  readonly #edges: GraphEdge[] = [];
  readonly #open: string[] = [];

  /** A later mention may give the label; the first group keeps the node. */
  node(id: string, label: string | null = null, shape: Shape | null = null): void {
    const known = this.#nodes.get(id);
    if (this.#groups.has(id) && label === null) return;
    this.#nodes.set(id, {
      id,
      label: label ?? known?.label ?? id,
      shape: shape ?? known?.shape ?? 'box',
    });
    const group = this.#open.at(-1);
    if (group !== undefined && !this.#parents.has(id)) this.#parents.set(id, group);
  }

  edge(edge: GraphEdge): void {
    this.#edges.push(edge);
  }

  begin(name: string, title: string): void {
    // Twice the same name are two groups: one of them may be in the other.
    const id = this.#groups.has(name) ? `${name} ${this.#groups.size}` : name;
    const parent = this.#open.at(-1) ?? null;
    this.#groups.set(id, { id, title, parent });
    if (parent !== null) this.#parents.set(id, parent);
    this.#open.push(id);
  }

  end(): void {
    this.#open.pop();
  }

  isGroup(id: string): boolean {
    return this.#groups.has(id);
  }

  build(): Graph {
    for (const id of this.#groups.keys()) this.#nodes.delete(id);
    return {
      direction: this.direction,
      nodes: [...this.#nodes.values()],
      edges: this.#edges,
      groups: [...this.#groups.values()],
      parents: this.#parents,
    };
  }
}
