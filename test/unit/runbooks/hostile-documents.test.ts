import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { parseRunbook } from '../../../main/runbooks/parse.ts';

const patienceMs = 60_000;

test('no document unfolds into a much larger one', () => {
  const text = `:a: ${'x'.repeat(5_000)}\n\n${'{a}\n\n'.repeat(2_000)}`;
  const { markdown } = parseRunbook('a.adoc', text);
  expect(markdown.length).toBeGreaterThan(400_000);
  expect(markdown.length).toBeLessThan(600_000);
});

test('no document costs its reader more than its length', { timeout: 90_000 }, async () => {
  const reader = new Worker(new URL('../../support/hostile-documents.ts', import.meta.url));
  let attempt: string | null = 'nothing yet';
  const isOver = await new Promise<boolean>((resolve, reject) => {
    const patience = setTimeout(() => resolve(false), patienceMs);
    reader.on('message', ({ begins }: { begins: string | null }) => {
      attempt = begins;
      if (begins !== null) return;
      clearTimeout(patience);
      resolve(true);
    });
    reader.on('error', reject);
  });
  await reader.terminate();
  expect({ isOver, attempt }).toEqual({ isOver: true, attempt: null });
});
