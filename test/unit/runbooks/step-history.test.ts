import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseRunbook } from '../../../main/runbooks/parse.ts';
import { isSameStep, movedSteps, rememberSteps } from '../../../main/runbooks/step-history.ts';

const steps = (...lines: string[]) =>
  parseRunbook(
    'R.md',
    `# R\n## Mitigation\n${lines.map((line, at) => `${at + 1}. ${line}`).join('\n')}\n`,
  ).steps;
const run = (command: string): string => `Run it\n\n   \`\`\`sh\n   ${command}\n   \`\`\`\n`;

describe('a step whose words were edited', () => {
  const before = steps('Ask the database team', 'Restart the checkout of the shop', 'Tell support');

  test('is the one that still says most of the same', () => {
    const after = steps('Call finance', 'Restart the new checkout of the shop', 'Tell support');
    expect([...movedSteps(before, after)]).toEqual([[before[1]?.id, after[1]?.id]]);
  });

  test('is the one with the same commands, whatever it is called now', () => {
    const old = steps(run('kubectl rollout undo deploy/web'));
    const now = steps(
      run('kubectl rollout undo deploy/web').replace('Run it', 'Take the release back'),
    );
    expect(movedSteps(old, now).get(old[0]?.id ?? '')).toBe(now[0]?.id);
  });

  test('is gone when nothing is like it', () => {
    expect(movedSteps(before, steps('Something else entirely')).size).toBe(0);
    expect(movedSteps(before, before).size).toBe(0);
  });

  test('is never two, and never takes the place of one that is still there', () => {
    const line = fc.string({
      unit: fc.constantFrom('a ', 'b ', 'c ', 'd '),
      minLength: 1,
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), fc.array(line, { maxLength: 6 }), (a, b) => {
        const [old, now] = [steps(...a), steps(...b)];
        const moved = movedSteps(old, now);
        const ids = [...moved.values()];
        return (
          new Set(ids).size === ids.length &&
          ids.every((id) => now.some((one) => one.id === id) && !old.some((one) => one.id === id))
        );
      }),
    );
    expect(movedSteps([], []).size).toBe(0);
  });
});

test('a change of the command or of what is expected is a change, and none is none', () => {
  const [a] = steps(run('df -h'));
  const [b] = steps(run('df -i'));
  expect(a !== undefined && b !== undefined && isSameStep(a, a)).toBe(true);
  expect(a !== undefined && b !== undefined && isSameStep(a, b)).toBe(false);
});

test('a ticked step is remembered as it was when it was ticked, the others as they are now', () => {
  const known = steps(run('df -h'), 'Tell support');
  const now = steps(run('df -i'), 'Tell support at once');
  const [first, second] = now;
  const ticked = new Set([first?.id ?? '']);
  const kept = rememberSteps({ known, now, ticked, acted: second?.id ?? '' });
  expect(kept[0]?.commands[0]?.text).toBe('df -h');
  expect(kept[1]?.plainText).toBe('Tell support at once');
  const again = rememberSteps({ known, now, ticked, acted: first?.id ?? '' });
  expect(again[0]?.commands[0]?.text).toBe('df -i');
});
