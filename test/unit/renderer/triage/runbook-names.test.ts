import { expect, it } from 'vitest';
import { runbookName } from '../../../../renderer/features/triage/runbook-names.ts';

const named = (title: string, path: string) => ({ title, path });

it('runbooks of one title are told apart by their files', () => {
  const [db, web, disk] = [
    named('HighLatency', 'db/HighLatency.md'),
    named('HighLatency', 'web/HighLatency.md'),
    named('Disk full', 'disk.md'),
  ];
  expect([db, web, disk].map((one) => runbookName(one, [db, web, disk]))).toEqual([
    'HighLatency (db/HighLatency.md)',
    'HighLatency (web/HighLatency.md)',
    'Disk full',
  ]);
  // Two sections of one document are one runbook.
  expect(runbookName(db, [db, db, disk])).toBe('HighLatency');
});
