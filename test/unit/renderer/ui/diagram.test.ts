import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFlowchart, readStates } from '../../../../renderer/ui/diagram/flowchart.ts';
import { layOut } from '../../../../renderer/ui/diagram/layout.ts';
import { readSequence } from '../../../../renderer/ui/diagram/sequence.ts';

const measure = (text: string): number => text.length * 7;
const edges = (text: string): string[] =>
  (readFlowchart(text)?.edges ?? []).map(
    ({ from, to, label, line, head, tail }) =>
      `${from} ${tail === 'arrow' ? '<' : ''}${line}${head === 'arrow' ? '>' : ''} ${to}${label && `: ${label}`}`,
  );
const nodes = (text: string): string[] =>
  (readFlowchart(text)?.nodes ?? []).map(({ id, label, shape }) => `${id} ${shape} ${label}`);

describe('flowcharts', () => {
  it.each([
    ['A-->B', ['A solid> B']],
    ['A --> B --> C', ['A solid> B', 'B solid> C']],
    ['A & B --> C & D', ['A solid> C', 'A solid> D', 'B solid> C', 'B solid> D']],
    ['A -->|yes| B', ['A solid> B: yes']],
    ['A -- no way --> B', ['A solid> B: no way']],
    ['A -. maybe .-> B', ['A dotted> B: maybe']],
    ['A == surely ==> B', ['A thick> B: surely']],
    ['A --- B', ['A solid B']],
    ['A -.-> B', ['A dotted> B']],
    ['A ==> B', ['A thick> B']],
    ['A <--> B', ['A <solid> B']],
    ['A ----> B; B --x C', ['A solid> B', 'B solid> C']],
    ['A ~~~ B', ['A hidden B']],
    ['my-node --> other.node', ['my-node solid> other.node']],
    ['A["x --> y"] --> B', ['A solid> B']],
  ])('read %s', (line, expected) => {
    expect(edges(`graph TD\n${line}`)).toEqual(expected);
  });

  it.each([
    ['A[Box]', 'A box Box'],
    ['A(Round)', 'A round Round'],
    ['A([Pill])', 'A pill Pill'],
    ['A[(Store)]', 'A cylinder Store'],
    ['A((Circle))', 'A circle Circle'],
    ['A{Is it?}', 'A diamond Is it?'],
    ['A{{Hex}}', 'A hexagon Hex'],
    ['A>Flag]', 'A flag Flag'],
    ['A["Quoted (x) [y]<br/>second"]', 'A box Quoted (x) [y]\nsecond'],
    ['A[#quot;a#quot; &lt;b&gt;]', 'A box "a" <b>'],
    ['A@{ shape: diam, label: "New" }', 'A diamond New'],
    ['A:::red', 'A box A'],
  ])('read the node %s', (line, expected) => {
    expect(nodes(`flowchart LR\n${line}`)).toEqual([expected]);
  });

  it('keep groups, directions and what only looks for the reader', () => {
    const graph = readFlowchart(`flowchart RL
      %% a comment
      subgraph one [First group]
        A --> B
        subgraph two
          C
        end
      end
      B --> C
      classDef red fill:#f00
      class A red
      click A "https://evil.example" _blank
      click B call alert()
      style B fill:#fff
      linkStyle 0 stroke:#f00`);
    expect(graph?.direction).toBe('RL');
    expect(graph?.groups.map(({ id, title, parent }) => [id, title, parent])).toEqual([
      ['one', 'First group', null],
      ['two', 'two', 'one'],
    ]);
    expect(graph?.parents.get('C')).toBe('two');
    expect(JSON.stringify(graph)).not.toMatch(/evil|alert|fill/);
  });

  it.each(['pie\n"a": 1', 'gantt\n', 'graph TD\nA --> ', 'graph TD\nA ?? B', '', 'graph TD\nA[x'])(
    'give up on %j rather than draw something else',
    (text) => {
      expect(readFlowchart(text)).toSatisfy(
        (graph: ReturnType<typeof readFlowchart>) =>
          graph === null || layOut(graph, measure) === null,
      );
    },
  );
});

describe('states', () => {
  it('have a beginning and an end', () => {
    const graph = readStates(`stateDiagram-v2
      [*] --> Still
      Still --> Moving : go
      state "Long name" as Moving
      state Inner {
        [*] --> One
      }
      note right of Still
        text
      end note
      Moving --> [*]`);
    expect(graph?.edges.map(({ from, to, label }) => [from, to, label])).toEqual([
      ['start 0', 'Still', ''],
      ['Still', 'Moving', 'go'],
      ['start 1', 'One', ''],
      ['Moving', 'end 0', ''],
    ]);
    expect(graph?.nodes.find(({ id }) => id === 'Moving')?.label).toBe('Long name');
  });
});

describe('sequences', () => {
  it('place actors, messages, notes and frames from top to bottom', () => {
    const placed = readSequence(
      `sequenceDiagram
      autonumber
      participant P as Pager
      actor E as Engineer
      P->>+E: wake up
      alt awake
        E-->>-P: ack
      else asleep
        P-xE: again
      end
      Note over P,E: and so on
      E->>E: thinks`,
      measure,
    );
    expect(placed?.actors.map(({ lines }) => lines.join(' '))).toEqual(['Pager', 'Engineer']);
    const messages = placed?.items.filter((item) => item.kind === 'message') ?? [];
    expect(messages.map(({ lines, isDotted, head }) => [lines.join(' '), isDotted, head])).toEqual([
      ['1. wake up', false, 'arrow'],
      ['2. ack', true, 'arrow'],
      ['3. again', false, 'cross'],
      ['4. thinks', false, 'arrow'],
    ]);
    expect(messages.map(({ y }) => y)).toEqual(
      messages.map(({ y }) => y).toSorted((a, b) => a - b),
    );
    expect(placed?.items.find((item) => item.kind === 'frame')).toMatchObject({
      label: 'alt awake',
      parts: [{ label: 'asleep' }],
    });
  });

  it.each(['sequenceDiagram\nA->>B', 'sequenceDiagram\nalt x\nA->>B: y', 'sequenceDiagram'])(
    'give up on %j',
    (text) => {
      expect(readSequence(text, measure)).toBeNull();
    },
  );
});

it('places whatever it reads within the picture', () => {
  const name = fc.constantFrom('A', 'B', 'C', 'D', 'E');
  const line = fc.oneof(
    fc
      .tuple(name, fc.constantFrom('-->', '-.->', '==>', '-->|x y|'), name)
      .map((parts) => parts.join(' ')),
    fc
      .tuple(name, fc.constantFrom('[long label of it]', '{x}', '((y))'))
      .map((parts) => parts.join('')),
    fc.constantFrom('subgraph g', 'end', 'subgraph h [Title]'),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 14 }), (lines) => {
      const graph = readFlowchart(`graph LR\n${lines.join('\n')}`);
      const placed = graph === null ? null : layOut(graph, measure);
      for (const { x, y } of [
        ...(placed?.nodes ?? []),
        ...(placed?.edges.flatMap(({ points }) => points) ?? []),
      ]) {
        expect(x).toBeGreaterThanOrEqual(placed?.left ?? 0);
        expect(y).toBeGreaterThanOrEqual(placed?.top ?? 0);
        expect(x).toBeLessThanOrEqual((placed?.left ?? 0) + (placed?.width ?? 0));
        expect(y).toBeLessThanOrEqual((placed?.top ?? 0) + (placed?.height ?? 0));
      }
    }),
    { numRuns: 150 },
  );
});
