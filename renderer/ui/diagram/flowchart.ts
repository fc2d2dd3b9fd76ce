/** Reads Mermaid's flowcharts and state diagrams. Pure. What it does not know makes it give up: a wrong picture is worse than none. */
import { GraphBuilder, labelText, type Graph, type GraphEdge, type Shape } from './graph.ts';

const shapes: readonly (readonly [string, string, Shape])[] = [
  ['(((', ')))', 'circle'],
  ['((', '))', 'circle'],
  ['([', '])', 'pill'],
  ['[[', ']]', 'box'],
  ['[(', ')]', 'cylinder'],
  ['{{', '}}', 'hexagon'],
  ['[/', '/]', 'box'],
  ['[/', '\\]', 'box'],
  ['[\\', '\\]', 'box'],
  ['[\\', '/]', 'box'],
  ['[', ']', 'box'],
  ['(', ')', 'round'],
  ['{', '}', 'diamond'],
  ['>', ']', 'flag'],
];

const namedShapes: Readonly<Record<string, Shape>> = {
  rounded: 'round',
  event: 'round',
  stadium: 'pill',
  terminal: 'pill',
  pill: 'pill',
  circle: 'circle',
  circ: 'circle',
  diam: 'diamond',
  diamond: 'diamond',
  decision: 'diamond',
  hex: 'hexagon',
  hexagon: 'hexagon',
  cyl: 'cylinder',
  cylinder: 'cylinder',
  database: 'cylinder',
  db: 'cylinder',
};

const ignored =
  /^(classDef|class|style|linkStyle|click|accTitle|accDescr|direction|%%|title\b|hide\b|scale\b)/;

/** One line, read from the left. */
class Line {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isDone(): boolean {
    return this.#text.slice(this.#at).trim() === '';
  }

  take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at += found[0].length;
    return found;
  }

  /** Up to `end`, which may stand in a quoted part without meaning anything. */
  upTo(end: string): string | null {
    let at = this.#at;
    let isQuoted = false;
    for (; at < this.#text.length; at++) {
      if (this.#text[at] === '"') isQuoted = !isQuoted;
      if (!isQuoted && this.#text.startsWith(end, at)) {
        const inner = this.#text.slice(this.#at, at);
        this.#at = at + end.length;
        return inner;
      }
    }
    return null;
  }

  mark(): number {
    return this.#at;
  }

  back(to: number): void {
    this.#at = to;
  }
}

const nodeId = /\s*((?:[\p{L}\p{N}_*/$]|-(?![-.>ox=])|\.(?![-.]))+)/uy;
const edgeMark =
  /\s*(<|[ox](?=--|==|-\.))?(-{2,}|={2,}|-\.+-?|~{3,})(>|[ox](?=[\s|&]|$))?(?:\s*\|([^|]*)\|)?/y;
const labelledEdge =
  /\s*(<|[ox](?=--|==|-\.))?(?:--\s*(?![->|x=o~])("[^"]*"|[^\n]*?)\s*-{2,}(>|[ox](?=[\s|&]|$))?|==\s*(?![=>|])("[^"]*"|[^\n]*?)\s*={2,}(>|[ox](?=[\s|&]|$))?|-\.\s*(?![-.>|])("[^"]*"|[^\n]*?)\s*\.+-(>|[ox](?=[\s|&]|$))?)/y;

function readNode(line: Line, graph: GraphBuilder): string | null {
  const id = line.take(nodeId)?.[1];
  if (id === undefined) return null;
  const attributes = line.take(/@\{([^}]*)\}/y)?.[1];
  if (attributes !== undefined) {
    const label = /\blabel:\s*("[^"]*"|[^,}]*)/.exec(attributes)?.[1];
    const shape = namedShapes[/\bshape:\s*([\w-]+)/.exec(attributes)?.[1] ?? ''] ?? 'box';
    graph.node(id, label === undefined ? null : labelText(label), shape);
  } else {
    const start = line.mark();
    let isShaped = false;
    for (const [opening, closing, shape] of shapes) {
      line.back(start);
      if (!line.take(new RegExp(opening.replace(/[[\](){}\\/>]/g, '\\$&'), 'y'))) continue;
      const label = line.upTo(closing);
      if (label === null) continue;
      graph.node(id, labelText(label), shape);
      isShaped = true;
      break;
    }
    if (!isShaped) {
      line.back(start);
      graph.node(id);
    }
  }
  line.take(/:::[\w-]+/y);
  return id;
}

function readNodes(line: Line, graph: GraphBuilder): string[] | null {
  const first = readNode(line, graph);
  if (first === null) return null;
  const ids = [first];
  while (line.take(/\s*&\s*/y) !== null) {
    const next = readNode(line, graph);
    if (next === null) return null;
    ids.push(next);
  }
  return ids;
}

type EdgeKind = Omit<GraphEdge, 'from' | 'to'>;

function readEdge(line: Line): EdgeKind | null {
  const start = line.mark();
  const labelled = line.take(labelledEdge);
  if (labelled !== null) {
    const [whole, tail, plain, plainHead, thick, thickHead, dotted, dottedHead] = labelled;
    return {
      label: labelText(plain ?? thick ?? dotted ?? ''),
      line: thick !== undefined ? 'thick' : dotted !== undefined ? 'dotted' : 'solid',
      head: (plainHead ?? thickHead ?? dottedHead) === undefined ? 'none' : 'arrow',
      tail: tail === '<' || /^\s*</.test(whole) ? 'arrow' : 'none',
    };
  }
  line.back(start);
  line.take(/\s*[\w-]+@(?=[-=<])/y);
  const found = line.take(edgeMark);
  if (found === null) return null;
  const [, tail, mark = '', head, label = ''] = found;
  return {
    label: labelText(label),
    line: mark.startsWith('~')
      ? 'hidden'
      : mark.startsWith('=')
        ? 'thick'
        : mark.startsWith('-.')
          ? 'dotted'
          : 'solid',
    head: head === undefined ? 'none' : 'arrow',
    tail: tail === '<' ? 'arrow' : 'none',
  };
}

/** False: not understood. */
function readStatement(text: string, graph: GraphBuilder): boolean {
  const line = new Line(text);
  let from = readNodes(line, graph);
  if (from === null) return false;
  while (!line.isDone) {
    const kind = readEdge(line);
    if (kind === null) return false;
    const to = readNodes(line, graph);
    if (to === null) return false;
    for (const a of from) for (const b of to) graph.edge({ from: a, to: b, ...kind });
    from = to;
  }
  return true;
}

/** Statements end at line ends and semicolons, but not within quotes or brackets. */
function statementsOf(text: string): string[] {
  const statements: string[] = [];
  let current = '';
  let isQuoted = false;
  let depth = 0;
  for (const char of text) {
    if (char === '"') isQuoted = !isQuoted;
    else if (!isQuoted && /[[({]/.test(char)) depth++;
    else if (!isQuoted && /[\])}]/.test(char)) depth = Math.max(0, depth - 1);
    if ((char === '\n' && !isQuoted) || (char === ';' && !isQuoted && depth === 0)) {
      statements.push(current);
      current = '';
      depth = 0;
    } else current += char;
  }
  return [...statements, current].map((one) => one.trim()).filter((one) => one !== '');
}

const directions: Readonly<Record<string, Graph['direction']>> = {
  TD: 'TB',
  TB: 'TB',
  BT: 'BT',
  LR: 'LR',
  RL: 'RL',
};

export function readFlowchart(text: string): Graph | null {
  const graph = new GraphBuilder();
  const [first = '', ...rest] = statementsOf(text);
  const head = /^(?:graph|flowchart(?:-elk)?)\b\s*(TB|TD|BT|LR|RL)?\s*(.*)$/.exec(first);
  if (head === null) return null;
  graph.direction = directions[head[1] ?? 'TB'] ?? 'TB';
  let groups = 0;
  for (const statement of [head[2] ?? '', ...rest]) {
    if (statement === '' || ignored.test(statement)) continue;
    const group = /^subgraph\s*(?:([\w.-]+)\s*)?(?:\[(.*)\]|(.*))$/.exec(statement);
    if (group !== null) {
      const [, id, bracketed, plain = ''] = group;
      const title = labelText(bracketed ?? `${id ?? ''} ${plain}`.trim());
      graph.begin(id !== undefined && plain === '' ? id : `group ${groups++}`, title);
    } else if (statement === 'end') graph.end();
    else if (!readStatement(statement, graph)) return null;
  }
  return graph.build();
}

export function readStates(text: string): Graph | null {
  const graph = new GraphBuilder();
  const lines = text.split('\n').map((line) => line.trim());
  const [first = '', ...rest] = lines.filter((line) => line !== '' && !line.startsWith('%%'));
  if (!/^stateDiagram(-v2)?\b/.test(first)) return null;
  let isNote = false;
  let depth = 0;
  const stateOf = (name: string, side: 'start' | 'end'): string => {
    if (name !== '[*]') {
      graph.node(name, null, graph.isGroup(name) ? null : 'round');
      return name;
    }
    const id = `${side} ${depth}`;
    graph.node(id, '', 'start');
    return id;
  };
  for (const line of rest) {
    if (isNote) {
      isNote = !/^end note$/i.test(line);
      continue;
    }
    const direction = /^direction\s+(TB|TD|BT|LR|RL)$/.exec(line)?.[1];
    if (direction !== undefined) {
      graph.direction = directions[direction] ?? 'TB';
      continue;
    }
    if (/^note\s/i.test(line)) {
      isNote = !line.includes(':');
      continue;
    }
    if (ignored.test(line) || line === '--' || line.startsWith('hide empty')) continue;
    const group = /^state\s+(?:"([^"]*)"\s+as\s+)?([\w.-]+)\s*\{$/.exec(line);
    const alias = /^state\s+"([^"]*)"\s+as\s+([\w.-]+)$/.exec(line);
    const special = /^state\s+([\w.-]+)\s+<<(\w+)>>$/.exec(line);
    const step = /^(\[\*\]|[\w.-]+)\s*-->\s*(\[\*\]|[\w.-]+)\s*(?::\s*(.*))?$/.exec(line);
    const described = /^([\w.-]+)\s*:\s*(.+)$/.exec(line);
    const alone = /^(?:state\s+)?([\w.-]+)$/.exec(line);
    if (group !== null) {
      graph.begin(group[2] ?? '', labelText(group[1] ?? group[2] ?? ''));
      depth++;
    } else if (line === '}') {
      graph.end();
      depth--;
    } else if (alias !== null) graph.node(alias[2] ?? '', labelText(alias[1] ?? ''), 'round');
    else if (special !== null)
      graph.node(special[1] ?? '', '', special[2] === 'choice' ? 'diamond' : 'box');
    else if (step !== null) {
      graph.edge({
        from: stateOf(step[1] ?? '', 'start'),
        to: stateOf(step[2] ?? '', 'end'),
        label: labelText(step[3] ?? ''),
        line: 'solid',
        head: 'arrow',
        tail: 'none',
      });
    } else if (described !== null)
      graph.node(described[1] ?? '', labelText(described[2] ?? ''), 'round');
    else if (alone !== null) stateOf(alone[1] ?? '', 'start');
    else return null;
  }
  return graph.build();
}
