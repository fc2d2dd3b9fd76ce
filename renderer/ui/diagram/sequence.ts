/** Reads Mermaid's sequence diagrams and places them. Pure. */
import { labelText } from './graph.ts';
import { lineHeight, wrap, type Measure } from './layout.ts';

export interface Actor {
  readonly id: string;
  readonly lines: readonly string[];
  readonly x: number;
  readonly width: number;
}

export type SequenceItem =
  | {
      readonly kind: 'message';
      readonly y: number;
      readonly from: number;
      readonly to: number;
      readonly isDotted: boolean;
      readonly head: 'arrow' | 'cross' | 'none';
      readonly lines: readonly string[];
    }
  | {
      readonly kind: 'note';
      readonly y: number;
      readonly x: number;
      readonly width: number;
      readonly height: number;
      readonly lines: readonly string[];
    }
  | {
      readonly kind: 'frame';
      readonly y: number;
      readonly height: number;
      readonly depth: number;
      readonly label: string;
      /** Where its parts begin, with their conditions. */
      readonly parts: readonly { readonly y: number; readonly label: string }[];
    };

export interface PlacedSequence {
  readonly width: number;
  readonly height: number;
  readonly actorHeight: number;
  readonly actors: readonly Actor[];
  readonly items: readonly SequenceItem[];
}

type Event =
  | {
      readonly kind: 'message';
      readonly from: string;
      readonly to: string;
      readonly arrow: string;
      readonly text: string;
    }
  | {
      readonly kind: 'note';
      readonly over: readonly string[];
      readonly side: string;
      readonly text: string;
    }
  | { readonly kind: 'begin' | 'part'; readonly word: string; readonly text: string }
  | { readonly kind: 'end' };

const message =
  /^([^\s:+-][^:]*?)\s*(<<-{1,2}>>|-{1,2}(?:>>|>|x|\)))\s*[+-]?\s*([^\s:][^:]*?)\s*:\s*(.*)$/;
const note = /^note\s+(over|left of|right of)\s+([^:]+?)\s*:\s*(.*)$/i;

interface Reading {
  readonly names: Map<string, string>;
  readonly events: Event[];
}

function read(text: string): Reading | null {
  const names = new Map<string, string>();
  const events: Event[] = [];
  const meet = (id: string): string => {
    if (!names.has(id)) names.set(id, id);
    return id;
  };
  let isNumbered = false;
  let number = 0;
  const lines = text
    .split(/\n/)
    .map((line) => line.replace(/%%.*$/, '').trim().replace(/;$/, ''))
    .filter((line) => line !== '');
  if (lines[0] !== 'sequenceDiagram') return null;
  for (const line of lines.slice(1)) {
    const actor = /^(?:create\s+)?(?:participant|actor)\s+(.+?)(?:\s+as\s+(.+))?$/.exec(line);
    const said = message.exec(line);
    const noted = note.exec(line);
    const block = /^(alt|opt|loop|par|critical|break|rect|box)\b\s*(.*)$/.exec(line);
    const part = /^(else|and|option)\b\s*(.*)$/.exec(line);
    if (actor !== null) names.set(actor[1] ?? '', labelText(actor[2] ?? actor[1] ?? ''));
    else if (line === 'autonumber') isNumbered = true;
    else if (
      /^(activate|deactivate|destroy|title|accTitle|accDescr|links?|properties)\b/.test(line)
    )
      continue;
    else if (noted !== null) {
      const over = (noted[2] ?? '').split(',').map((id) => meet(id.trim()));
      events.push({
        kind: 'note',
        over,
        side: (noted[1] ?? '').toLowerCase(),
        text: labelText(noted[3] ?? ''),
      });
    } else if (said !== null) {
      number++;
      const words = labelText(said[4] ?? '');
      events.push({
        kind: 'message',
        from: meet(said[1] ?? ''),
        to: meet(said[3] ?? ''),
        arrow: said[2] ?? '',
        text: isNumbered ? `${number}. ${words}` : words,
      });
    } else if (block !== null)
      events.push({ kind: 'begin', word: block[1] ?? '', text: labelText(block[2] ?? '') });
    else if (part !== null)
      events.push({ kind: 'part', word: part[1] ?? '', text: labelText(part[2] ?? '') });
    else if (line === 'end') events.push({ kind: 'end' });
    else return null;
  }
  return { names, events };
}

const mostActors = 20;
const mostEvents = 300;
const leastGap = 120;
const margin = 10;

export function readSequence(text: string, measure: Measure): PlacedSequence | null {
  const reading = read(text);
  if (reading === null) return null;
  const { names, events } = reading;
  if (names.size === 0 || names.size > mostActors || events.length > mostEvents) return null;
  const ids = [...names.keys()];
  const indexOf = (id: string): number => ids.indexOf(id);
  const heads = [...names.values()].map((name) => wrap(name, measure, 130));
  const widths = heads.map((lines) => Math.max(60, ...lines.map(measure)) + 24);
  const actorHeight = Math.max(...heads.map((lines) => lines.length)) * lineHeight + 14;
  // A message needs as much room as its words between the two that are next to each other.
  const gaps = ids.map((_, index) =>
    Math.max(leastGap, ((widths[index] ?? 0) + (widths[index + 1] ?? 0)) / 2 + 20),
  );
  for (const event of events) {
    if (event.kind !== 'message') continue;
    const [a, b] = [indexOf(event.from), indexOf(event.to)].toSorted((x, y) => x - y);
    if (a === undefined || b === undefined) continue;
    const need = Math.max(...wrap(event.text, measure, 240).map(measure)) + 30;
    if (b === a) gaps[a] = Math.max(gaps[a] ?? 0, need + 30);
    else if (b - a === 1) gaps[a] = Math.max(gaps[a] ?? 0, need);
  }
  const xs: number[] = [];
  let x = margin + 30 + (widths[0] ?? 0) / 2;
  for (const [index, gap] of gaps.entries()) {
    xs.push(x);
    if (index < gaps.length - 1) x += gap;
  }
  const hasOwn = events.some(
    (event) =>
      (event.kind === 'message' &&
        event.from === event.to &&
        indexOf(event.to) === ids.length - 1) ||
      (event.kind === 'note' && event.side === 'right of'),
  );
  const width = x + (widths.at(-1) ?? 0) / 2 + 30 + margin + (hasOwn ? (gaps.at(-1) ?? 0) : 0);
  const at = (id: string): number => xs[indexOf(id)] ?? 0;

  const items: SequenceItem[] = [];
  const open: { y: number; label: string; parts: { y: number; label: string }[] }[] = [];
  let y = margin + actorHeight + 14;
  for (const event of events) {
    if (event.kind === 'message') {
      const lines = event.text === '' ? [] : wrap(event.text, measure, 240);
      y += lines.length * lineHeight + 8;
      const isOwn = event.from === event.to;
      items.push({
        kind: 'message',
        y,
        from: at(event.from),
        to: at(event.to),
        isDotted: event.arrow.includes('--'),
        head: event.arrow.endsWith('x') ? 'cross' : /[>)]$/.test(event.arrow) ? 'arrow' : 'none',
        lines,
      });
      y += isOwn ? 24 : 10;
    } else if (event.kind === 'note') {
      const lines = wrap(event.text, measure);
      const spots = event.over.map(at);
      const own = Math.max(...lines.map(measure)) + 18;
      const span = Math.max(...spots) - Math.min(...spots);
      const noteWidth = Math.max(own, span + (event.over.length > 1 ? 40 : 0));
      const middle = (Math.max(...spots) + Math.min(...spots)) / 2;
      const left =
        event.side === 'right of'
          ? middle + 8
          : event.side === 'left of'
            ? Math.max(2, middle - noteWidth - 8)
            : Math.max(2, middle - noteWidth / 2);
      const height = lines.length * lineHeight + 10;
      items.push({ kind: 'note', y: y + 4, x: left, width: noteWidth, height, lines });
      y += height + 12;
    } else if (event.kind === 'begin') {
      open.push({ y: y + 2, label: `${event.word} ${event.text}`.trim(), parts: [] });
      y += lineHeight + 8;
    } else if (event.kind === 'part') {
      open.at(-1)?.parts.push({ y: y + 4, label: event.text === '' ? event.word : event.text });
      y += lineHeight + 8;
    } else {
      const frame = open.pop();
      y += 6;
      if (frame !== undefined) {
        items.push({ kind: 'frame', ...frame, height: y - frame.y, depth: open.length });
      }
      y += 6;
    }
  }
  if (open.length > 0) return null;
  return {
    width: Math.max(
      width,
      ...items.map((item) => (item.kind === 'note' ? item.x + item.width + margin : 0)),
    ),
    height: y + 14,
    actorHeight,
    actors: ids.map((id, index) => ({
      id,
      lines: heads[index] ?? [],
      x: xs[index] ?? 0,
      width: widths[index] ?? 0,
    })),
    items,
  };
}
