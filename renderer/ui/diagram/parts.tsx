/** What both kinds of diagrams draw with: arrow heads and lines of words. */
import { lineHeight } from './layout.ts';
import classes from './diagram.module.css';

/** A wide diagram is made smaller to fit, but not until nobody can read it. */
export const leastScale = 0.7;

export function Marks({ id }: { readonly id: string }) {
  return (
    <defs>
      <marker
        id={`${id}-arrow`}
        viewBox="0 0 10 10"
        refX="9"
        refY="5"
        markerWidth="8"
        markerHeight="8"
        orient="auto-start-reverse"
      >
        <path className={classes.head} d="M0,1 L9,5 L0,9 z" />
      </marker>
      <marker
        id={`${id}-cross`}
        viewBox="0 0 10 10"
        refX="7"
        refY="5"
        markerWidth="9"
        markerHeight="9"
      >
        <path className={classes.edge} d="M1,1 L9,9 M9,1 L1,9" />
      </marker>
    </defs>
  );
}

interface WordsProps {
  readonly lines: readonly string[];
  readonly x: number;
  /** Their middle. */
  readonly y: number;
  /** Longer words are squeezed. */
  readonly max?: number;
}

export function Words({ lines, x, y, max }: WordsProps) {
  const top = y - ((lines.length - 1) * lineHeight) / 2 + 4;
  return (
    <text className={classes.words} textAnchor="middle" unicodeBidi="isolate">
      {lines.map((line, index) => (
        <tspan
          key={index}
          x={x}
          y={top + index * lineHeight}
          {...(max !== undefined && line.length * 9 > max * 1.6
            ? { textLength: Math.max(20, max - 12), lengthAdjust: 'spacingAndGlyphs' }
            : {})}
        >
          {line}
        </tspan>
      ))}
    </text>
  );
}
