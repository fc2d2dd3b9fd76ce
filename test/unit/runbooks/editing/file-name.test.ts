import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pathProblem, suggestPath } from '../../../../main/runbooks/editing/file-name.ts';

test.each([
  ['Disk fills up', 'disk-fills-up.md'],
  ['KubePodCrashLooping', 'KubePodCrashLooping.md'],
  ['  Größe & Maß: what’s up? ', 'größe-maß-whats-up.md'],
  ['../../etc/passwd', 'etc-passwd.md'],
  ['CON', 'runbook-con.md'],
  ['', 'runbook.md'],
  ['🔥🔥', 'runbook.md'],
])('a runbook %j is a file %s', (title, path) => {
  expect(suggestPath(title)).toBe(path);
});

test('every suggested name is one that may be used', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (title) => {
      expect(pathProblem(suggestPath(title))).toBeNull();
    }),
  );
});

test('no name that passes leads anywhere but below its folder', () => {
  const part = fc.constantFrom('..', '.', '', 'a', 'b.md', '/', '\\', ':', ' ', '.x', 'c/d');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const path = `${parts.join('/')}.md`;
      const isSafe = !/(^|\/)\.{1,2}(\/|$)|^\/|\\|:|\/\//.test(path);
      expect(pathProblem(path) !== null || isSafe).toBe(true);
    }),
  );
});
