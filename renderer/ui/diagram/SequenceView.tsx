/** A placed sequence as SVG elements. */
import { useId } from 'react';
import { lineHeight } from './layout.ts';
import { leastScale, Marks, Words } from './parts.tsx';
import type { PlacedSequence, SequenceItem } from './sequence.ts';
import classes from './diagram.module.css';

export function SequenceView({ sequence }: { readonly sequence: PlacedSequence }) {
  const id = useId();
  const { width, height, actors, actorHeight, items } = sequence;
  return (
    <div className={classes.sheet}>
      <svg
        role="img"
        aria-label={`Sequence between ${actors.map(({ lines }) => lines.join(' ')).join(', ')}`}
        style={{ minWidth: Math.ceil(width * leastScale) }}
        width={Math.ceil(width)}
        height={Math.ceil(height)}
        viewBox={`0 0 ${Math.ceil(width)} ${Math.ceil(height)}`}
      >
        <Marks id={id} />
        {items.map((item, index) =>
          item.kind === 'frame' ? <Frame key={index} item={item} width={width} /> : null,
        )}
        {actors.map((actor) => (
          <g key={actor.id}>
            <line
              className={classes.lifeline}
              x1={actor.x}
              x2={actor.x}
              y1={10 + actorHeight}
              y2={height - 4}
            />
            <rect
              className={classes.node}
              x={actor.x - actor.width / 2}
              y={10}
              width={actor.width}
              height={actorHeight}
              rx={4}
            />
            <Words lines={actor.lines} x={actor.x} y={10 + actorHeight / 2} />
          </g>
        ))}
        {items.map((item, index) => {
          if (item.kind === 'message') return <Message key={index} item={item} id={id} />;
          return item.kind === 'note' ? <Note key={index} item={item} /> : null;
        })}
      </svg>
    </div>
  );
}

type Item<Kind extends SequenceItem['kind']> = Extract<SequenceItem, { kind: Kind }>;

function Message({ item, id }: { readonly item: Item<'message'>; readonly id: string }) {
  const { from, to, y, lines, isDotted, head } = item;
  const isOwn = from === to;
  const path = isOwn
    ? `M${from},${y} h34 v16 h-30`
    : `M${from},${y} L${to + (to > from ? -2 : 2)},${y}`;
  const middle = isOwn ? from + 20 : (from + to) / 2;
  return (
    <g>
      <path
        className={classes.edge}
        data-line={isDotted ? 'dotted' : 'solid'}
        d={path}
        {...(head === 'none' ? {} : { markerEnd: `url(#${id}-${head})` })}
      />
      <Words lines={lines} x={middle} y={y - 7 - ((lines.length - 1) * lineHeight) / 2} />
    </g>
  );
}

function Note({ item }: { readonly item: Item<'note'> }) {
  return (
    <g>
      <rect
        className={classes.note}
        x={item.x}
        y={item.y}
        width={item.width}
        height={item.height}
        rx={3}
      />
      <Words lines={item.lines} x={item.x + item.width / 2} y={item.y + item.height / 2} />
    </g>
  );
}

function Frame({ item, width }: { readonly item: Item<'frame'>; readonly width: number }) {
  const inset = 6 + item.depth * 7;
  return (
    <g>
      <rect
        className={classes.group}
        x={inset}
        y={item.y}
        width={width - 2 * inset}
        height={item.height}
        rx={4}
      />
      <text className={classes.groupTitle} x={inset + 8} y={item.y + 14}>
        {item.label}
      </text>
      {item.parts.map((part, index) => (
        <g key={index}>
          <line
            className={classes.lifeline}
            x1={inset}
            x2={width - inset}
            y1={part.y}
            y2={part.y}
          />
          <text className={classes.groupTitle} x={inset + 8} y={part.y + 14}>
            {part.label}
          </text>
        </g>
      ))}
    </g>
  );
}
