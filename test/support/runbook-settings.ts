/** The settings that a runbook service reads, with what they are where a test does not care. */
import type { RunbookSettings } from '../../main/runbooks/runbook-sources.ts';

export const runbookSettings = (change: Partial<RunbookSettings> = {}): RunbookSettings => ({
  runbookFolders: [],
  runbookSources: [],
  runbookWeb: { isOn: false, refreshEveryMs: 43_200_000, hosts: [], sites: [] },
  ...change,
});

/** Settings that never change. */
export const standingRunbookSettings = (change: Partial<RunbookSettings> = {}) => ({
  current: () => runbookSettings(change),
  update: () => undefined,
});
