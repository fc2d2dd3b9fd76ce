import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRunbook } from '../../../main/runbooks/parse.ts';
import { packSteps, unpackSteps } from '../../../main/runbooks/stored-steps.ts';
import type { ParsedStep } from '../../../main/runbooks/model.ts';

const text = fc.string({ maxLength: 6 });
const maybe = fc.option(text, { nil: null });
const step: fc.Arbitrary<ParsedStep> = fc.record({
  id: text,
  text,
  plainText: text,
  section: maybe,
  anchors: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 }),
  phase: fc.constantFrom('real', 'how_bad', 'stop_it', 'tell', 'investigate'),
  commands: fc.array(fc.record({ language: text, quoting: fc.constantFrom('sh', 'sql'), text }), {
    maxLength: 2,
  }),
  expected: maybe,
  verify: maybe,
  rollback: maybe,
  minutes: fc.option(fc.nat(100), { nil: null }),
  sourceNumber: fc.option(fc.nat(20), { nil: undefined }) as fc.Arbitrary<number>,
});

/** What is absent and what is null mean the same. */
const told = (steps: readonly ParsedStep[]): unknown[] =>
  steps.map((one) => Object.fromEntries(Object.entries(one).filter(([, value]) => value != null)));

test('steps come back as they were kept', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 8 }), (steps) => {
      expect(told(unpackSteps(packSteps(steps)))).toEqual(told(steps));
    }),
  );
});

test('steps that an earlier version kept are still read', () => {
  const { steps } = parseRunbook('a.md', '# A\n\n1. Do `x`\n2. Expect: y\n');
  expect(unpackSteps(JSON.stringify(steps))).toEqual(JSON.parse(JSON.stringify(steps)));
});

test('what they share is kept once', () => {
  const { steps } = parseRunbook('a.md', `# A\n\n${'1. Do it again\n'.repeat(50)}`);
  expect(packSteps(steps).length).toBeLessThan(JSON.stringify(steps).length / 2);
});
