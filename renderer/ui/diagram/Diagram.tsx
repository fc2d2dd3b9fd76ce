/**
 * A Mermaid diagram, drawn by us: flowcharts, states, sequences. As elements and never as markup, so that nothing in it can run,
 * ask for anything or need a looser content policy. What cannot be drawn is shown as it is written.
 */
import { useMemo, type ReactNode } from 'react';
import { visibleText } from '../visible-text.ts';
import { readFlowchart, readStates } from './flowchart.ts';
import { GraphView } from './GraphView.tsx';
import { layOut, type PlacedGraph } from './layout.ts';
import { readSequence, type PlacedSequence } from './sequence.ts';
import { SequenceView } from './SequenceView.tsx';
import classes from './diagram.module.css';

export interface DiagramProps {
  readonly text: string;
  /** The same as a block of code. */
  readonly asWritten: ReactNode;
}

type Drawn =
  | { readonly kind: 'graph'; readonly graph: PlacedGraph }
  | { readonly kind: 'sequence'; readonly sequence: PlacedSequence };

const longest = 20_000;

export function Diagram({ text, asWritten }: DiagramProps) {
  const drawn = useMemo(() => draw(text), [text]);
  if (drawn === null) {
    return (
      <>
        {asWritten}
        <p className={classes.remark}>This kind of diagram is not drawn here; this is its text.</p>
      </>
    );
  }
  return (
    <figure className={classes.diagram}>
      {drawn.kind === 'graph' ? (
        <GraphView graph={drawn.graph} />
      ) : (
        <SequenceView sequence={drawn.sequence} />
      )}
      <details>
        <summary>The diagram as text</summary>
        {asWritten}
      </details>
    </figure>
  );
}

function draw(source: string): Drawn | null {
  if (source.length > longest) return null;
  const text = visibleText(source)
    .replace(/^\s*---\n[\s\S]*?\n---\n/, '')
    .replace(/%%\{[\s\S]*?\}%%/g, '')
    .replace(/^\s*%%.*$/gm, '')
    .trim();
  try {
    const measure = createMeasure();
    if (text.startsWith('sequenceDiagram')) {
      const sequence = readSequence(text, measure);
      return sequence === null ? null : { kind: 'sequence', sequence };
    }
    const graph = readFlowchart(text) ?? readStates(text);
    const placed = graph === null ? null : layOut(graph, measure);
    return placed === null ? null : { kind: 'graph', graph: placed };
  } catch {
    return null;
  }
}

function createMeasure(): (text: string) => number {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) return (text) => text.length * 7.2;
  context.font = `12px ${getComputedStyle(document.body).fontFamily}`;
  return (text) => context.measureText(text).width;
}
