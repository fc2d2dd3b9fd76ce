/** A placed graph as SVG elements. */
import { useId } from 'react';
import { lineHeight, type PlacedEdge, type PlacedGraph, type PlacedNode } from './layout.ts';
import { leastScale, Marks, Words } from './parts.tsx';
import classes from './diagram.module.css';

export function GraphView({ graph }: { readonly graph: PlacedGraph }) {
  const id = useId();
  const { left, top, width, height } = graph;
  const names = graph.nodes.map(({ lines }) => lines.join(' ')).filter((name) => name !== '');
  return (
    <div className={classes.sheet}>
      <svg
        role="img"
        aria-label={`Diagram of ${names.slice(0, 12).join(', ')}`}
        style={{ minWidth: Math.ceil(width * leastScale) }}
        width={Math.ceil(width)}
        height={Math.ceil(height)}
        viewBox={`${Math.floor(left)} ${Math.floor(top)} ${Math.ceil(width)} ${Math.ceil(height)}`}
      >
        <Marks id={id} />
        {graph.groups.map(({ group, x, y, width: wide, height: tall }) => (
          <g key={group.id}>
            <rect
              className={classes.group}
              x={x - wide / 2}
              y={y - tall / 2}
              width={wide}
              height={tall}
              rx={6}
            />
            <text className={classes.groupTitle} x={x - wide / 2 + 8} y={y - tall / 2 + 14}>
              {group.title}
            </text>
          </g>
        ))}
        {graph.edges.map((edge, index) => (
          <EdgeView key={index} placed={edge} id={id} />
        ))}
        {graph.nodes.map((node) => (
          <NodeView key={node.node.id} placed={node} />
        ))}
        {graph.edges.map(({ label }, index) =>
          label === null ? null : (
            <g key={index}>
              <rect
                className={classes.labelBack}
                x={label.x - label.width / 2}
                y={label.y - (label.lines.length * lineHeight) / 2}
                width={label.width}
                height={label.lines.length * lineHeight}
              />
              <Words lines={label.lines} x={label.x} y={label.y} />
            </g>
          ),
        )}
      </svg>
    </div>
  );
}

function EdgeView({ placed, id }: { readonly placed: PlacedEdge; readonly id: string }) {
  const { edge, points } = placed;
  const [first, ...rest] = points;
  if (first === undefined || edge.line === 'hidden') return null;
  const path = `M${first.x},${first.y} ${rest.map(({ x, y }) => `L${x},${y}`).join(' ')}`;
  return (
    <path
      className={classes.edge}
      data-line={edge.line}
      d={path}
      {...(edge.head === 'arrow' ? { markerEnd: `url(#${id}-arrow)` } : {})}
      {...(edge.tail === 'arrow' ? { markerStart: `url(#${id}-arrow)` } : {})}
    />
  );
}

function NodeView({ placed }: { readonly placed: PlacedNode }) {
  const { node, lines, x, y, width, height } = placed;
  return (
    <g>
      <Outline placed={placed} />
      {node.shape !== 'start' && (
        <Words
          lines={lines}
          x={x}
          y={node.shape === 'cylinder' ? y + 5 : y}
          max={Math.max(width, height)}
        />
      )}
    </g>
  );
}

function Outline({ placed: { node, x, y, width, height } }: { readonly placed: PlacedNode }) {
  const [left, top, right, bottom] = [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
  switch (node.shape) {
    case 'start':
      return <circle className={classes.start} cx={x} cy={y} r={7} />;
    case 'circle':
      return <circle className={classes.node} cx={x} cy={y} r={width / 2} />;
    case 'diamond':
      return (
        <polygon
          className={classes.node}
          points={`${x},${top} ${right},${y} ${x},${bottom} ${left},${y}`}
        />
      );
    case 'hexagon':
      return (
        <polygon
          className={classes.node}
          points={`${left + 14},${top} ${right - 14},${top} ${right},${y} ${right - 14},${bottom} ${left + 14},${bottom} ${left},${y}`}
        />
      );
    case 'flag':
      return (
        <polygon
          className={classes.node}
          points={`${left},${top} ${right},${top} ${right},${bottom} ${left},${bottom} ${left + 10},${y}`}
        />
      );
    case 'cylinder':
      return (
        <>
          <path
            className={classes.node}
            d={`M${left},${top + 6} V${bottom - 6} A${width / 2},6 0 0 0 ${right},${bottom - 6} V${top + 6} A${width / 2},6 0 0 0 ${left},${top + 6} Z`}
          />
          <path
            className={classes.edge}
            d={`M${left},${top + 6} A${width / 2},6 0 0 0 ${right},${top + 6}`}
          />
        </>
      );
    case 'box':
    case 'round':
    case 'pill':
      return (
        <rect
          className={classes.node}
          x={left}
          y={top}
          width={width}
          height={height}
          rx={node.shape === 'box' ? 3 : node.shape === 'round' ? 9 : height / 2}
        />
      );
  }
}
