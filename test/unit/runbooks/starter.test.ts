import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isDestructive } from '../../../main/runbooks/destructive.ts';
import { parseRunbook } from '../../../main/runbooks/parse.ts';
import { viewSteps } from '../../../main/runbooks/step-view.ts';

const folder = 'main/runbooks/starter';
const files = readdirSync(folder);

describe('starter runbooks', () => {
  test('there is one for every local check', () => {
    expect(files.sort()).toEqual(
      ['Certificate', 'Clock', 'DiskSpace', 'Load', 'Memory', 'Probe'].map(
        (name) => `Local${name}.md`,
      ),
    );
  });

  test.each(files)('%s is a model: named, reviewed, every phase, safe first steps', (file) => {
    const parsed = parseRunbook(file, readFileSync(join(folder, file), 'utf8'));
    expect(parsed.meta.alerts).toEqual([file.replace('.md', '')]);
    expect(parsed.meta.reviewedOn).not.toBeNull();
    const phases = new Set(parsed.steps.map((step) => step.phase));
    expect([...phases]).toEqual(['real', 'stop_it', 'tell', 'investigate']);
    expect(parsed.sections.map((section) => section.heading)).toEqual(
      expect.arrayContaining([
        'Meaning',
        'Impact',
        'Is it real?',
        'Stop it',
        'Tell',
        'Investigate',
      ]),
    );
    expect(parsed.steps[0]?.commands.some(({ text }) => isDestructive(text))).toBe(false);
    for (const step of parsed.steps) expect(step.plainText.length).toBeGreaterThan(10);
  });

  test('asks only for what a label or a person can give', () => {
    const missing = files.flatMap((file) => {
      const { steps } = parseRunbook(file, readFileSync(join(folder, file), 'utf8'));
      return viewSteps({
        document: steps,
        steps,
        values: {
          labels: {
            mountpoint: '/',
            target: 'https://example.org/x',
            host: 'example.org',
            port: '443',
          },
          annotations: {},
          answers: {},
        },
        ticked: [],
      }).missing;
    });
    expect([...new Set(missing)].sort()).toEqual(['pid', 'webserver']);
  });
});
