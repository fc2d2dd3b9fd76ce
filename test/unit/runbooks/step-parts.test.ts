import { describe, expect, test } from 'vitest';
import { parseRunbook } from '../../../main/runbooks/parse.ts';
import {
  jumpsIn,
  labelOf,
  minutesOf,
  minutesWithin,
  withoutNumbersHere,
} from '../../../main/runbooks/step-parts.ts';
import { viewSteps } from '../../../main/runbooks/step-view.ts';
import { noValues } from '../../../main/runbooks/parameters.ts';

const parse = (text: string) => parseRunbook('R.md', text).steps;
const view = (text: string) => {
  const steps = parse(text);
  return viewSteps({ document: steps, steps, values: noValues, ticked: [] }).steps;
};

test('a step is broad when one of its commands destroys something', () => {
  const broad = view('1. `ls /srv`\n2. `rm -r /srv/data`\n3. Say so\n').map((step) => step.isBroad);
  expect(broad).toEqual([false, true, false]);
});

describe('labels', () => {
  test.each([
    ['Expected: all Running', 'expected', 'all Running'],
    ['**Expected output:** all Running', 'expected', 'all Running'],
    ['You should see: all Running', 'expected', 'all Running'],
    ['You should now see `all Running`.', 'expected', '`all Running`.'],
    ['Verify: the page loads', 'verify', 'the page loads'],
    ['**Verification**: the page loads', 'verify', 'the page loads'],
    ['Rollback: scale it up', 'rollback', 'scale it up'],
    ['To undo:', 'rollback', ''],
    ['_Roll back:_ scale it up', 'rollback', 'scale it up'],
    ['Estimated time: 5 min', 'time', '5 min'],
    ['Duration: 1 h', 'time', '1 h'],
  ])('%s', (line, label, rest) => expect(labelOf(line)).toEqual({ label, rest }));

  test.each([
    'Verify that it works',
    'You should see if it works',
    'You should see',
    'You should see this:',
    'It takes: nothing',
    'See: verification',
    'time flies',
  ])('%s is none', (line) => expect(labelOf(line)).toBeNull());
});

test.each([
  ['5 min', 5],
  ['5-10 minutes', 10],
  ['90 seconds', 1.5],
  ['1.5 h', 90],
  ['soon', null],
  ['0 min', null],
  ['99999 h', null],
])('%s is %s minutes', (text, minutes) => expect(minutesOf(text)).toBe(minutes));

test('a time in the words of a step counts, and one of something else does not', () => {
  expect(minutesWithin('Restart it. This takes about 5 minutes.')).toBe(5);
  expect(minutesWithin('Restart it (2 min)')).toBe(2);
  expect(minutesWithin('Look at the last 5 minutes of the log')).toBeNull();
});

describe('where to go on', () => {
  test.each([
    ['If it is empty, go to step 3.', [['If it is empty, go to step 3', 3]]],
    ['Look. Otherwise skip ahead to step 12', [['Otherwise skip ahead to step 12', 12]]],
    [
      'If yes continue with step 2; if no, jump to step 4',
      [
        ['If yes continue with step 2', 2],
        ['if no, jump to step 4', 4],
      ],
    ],
    ['Repeat step 3', []],
    ['This is step 3', []],
  ] as const)('%s', (text, jumps) =>
    expect(jumpsIn(text).map((one) => [one.text, one.number])).toEqual(jumps),
  );

  const text = `# R
## Investigate
1. Read the log
2. If it is the disk, go to step 1. If it is full, go to step 3
3. Tell somebody

## Mitigation
1. Restart it
2. If it does not help, go to step 3. Never go to step 9
3. Fail over
`;

  test('leads to the step of the same section, whatever number the night gives it', () => {
    const steps = view(text);
    const branch = steps.find(({ plainText }) => plainText.startsWith('If it does not help'));
    const target = steps.find(({ plainText }) => plainText === 'Fail over');
    expect(branch?.goTo).toEqual([
      { text: 'If it does not help, go to step 3', stepId: target?.id, number: target?.number },
    ]);
    // The same number here as there: nothing to add.
    expect(branch?.plainText).toBe('If it does not help, go to step 3. Never go to step 9');
    // Mitigation comes first in the night.
    expect(target?.number).toBe(3);
    const other = steps.find(({ plainText }) => plainText.startsWith('If it is the disk'));
    expect(other?.goTo.map(({ number }) => number)).toEqual([4, 6]);
  });

  test('says in the words of the step which number that is here', () => {
    const other = view(text).find(({ plainText }) => plainText.startsWith('If it is the disk'));
    const words = 'If it is the disk, go to step 1 (4 here). If it is full, go to step 3 (6 here)';
    expect(other).toMatchObject({ text: words, plainText: words });
    expect(other?.goTo[0]?.text).toBe('If it is the disk, go to step 1 (4 here)');
    expect(withoutNumbersHere(words)).toBe(
      'If it is the disk, go to step 1. If it is full, go to step 3',
    );
  });

  test('begins a sentence after a heading, not in the middle of one', () => {
    const [step] = view(
      '# R\n## Step 1: Look at the disk\n```sh\ndf\n```\nIf it is full, go to step 2.\n## Step 2: Grow it\nx\n',
    );
    expect(step?.plainText).toBe('Look at the disk. If it is full, go to step 2.');
    expect(step?.goTo[0]?.text).toBe('If it is full, go to step 2');
    const [items] = view('# R\n1. Ask:\n   - the cache\n   - the database\n');
    expect(items?.plainText).toBe('Ask: the cache. the database');
  });

  test('leads to headings that are steps, and nowhere where two could be meant', () => {
    const headings = '# R\n## Step 1: Look\nIf bad, go to step 2\n## Step 2: Stop it\nDo.\n';
    const steps = view(headings);
    expect(steps[0]?.goTo).toMatchObject([{ stepId: steps[1]?.id, number: 2 }]);
    const twice = view('# R\n## A\n1. x\n## B\n1. y\n## C\n7. Go to step 1\n');
    expect(twice.at(-1)?.goTo).toEqual([]);
  });
});

test('what the runbook printed is told apart from what this computer prints', () => {
  const [step] = parse('# R\n1. Look\n\n   ```console\n   $ uptime\n   up 3 days\n   ```\n');
  expect(step?.commands.map((command) => command.text)).toEqual(['uptime']);
  expect(step?.text).toMatch(/An example of what it prints:\*\n\n```text\nup 3 days/);
  expect(step?.plainText).toBe('Look');
});

test('a step keeps apart what to do, how to see it, how to take it back, and how long it takes', () => {
  const [step] = parse(`# R
## Mitigation
1. Scale it down

   \`\`\`sh
   kubectl scale deploy/web --replicas=1
   \`\`\`

   Expected: scaled
   Verify: one pod is left
   Time: 2 min

   Rollback:

   \`\`\`sh
   kubectl scale deploy/web --replicas=3
   \`\`\`
`);
  expect(step).toMatchObject({
    plainText: 'Scale it down',
    commands: [{ text: 'kubectl scale deploy/web --replicas=1' }],
    expected: 'scaled',
    verify: 'one pod is left',
    minutes: 2,
    sourceNumber: 1,
  });
  // What undoes it is read, and is no command that a key would run.
  expect(step?.commands).toHaveLength(1);
  expect(step?.rollback).toContain('--replicas=3');
});
