/** The steps of a test, in words. Pure. */
import type { TestReport } from '../../../preload/contract/sources.ts';
import type { Outcome } from '../../ui/OutcomeMark.tsx';

type TestOutcome = TestReport['steps'][number]['outcome'];

export const outcomeWords: Readonly<Record<TestOutcome, string>> = {
  ok: 'OK',
  warning: 'Warning',
  failed: 'Failed',
  skipped: 'Skipped',
};

export const outcomeShape: Readonly<Record<TestOutcome, Outcome>> = {
  ok: 'ok',
  warning: 'warning',
  failed: 'failed',
  skipped: 'none',
};

const names: Readonly<Record<string, string>> = {
  reach: 'Reach it',
  tls: 'Encryption',
  login: 'Login',
  read: 'Read alarms',
  write: 'Acknowledge and silence',
  clock: 'Clock',
  heartbeat: 'Heartbeat',
  version: 'Version',
  rules: 'Rules',
  history: 'What passed unseen',
  checks: 'Its checks run',
  components: 'Components',
  scope: 'What it covers',
};

/** A step that a connector named by itself keeps its own name, written as the others are. */
export const stepName = (name: string): string =>
  (Object.hasOwn(names, name) ? names[name] : undefined) ??
  name.slice(0, 1).toUpperCase() + name.slice(1);

/** What the whole report comes to. */
export function verdict(report: TestReport): { readonly outcome: Outcome; readonly text: string } {
  if (!report.isUsable) return { outcome: 'failed', text: 'It cannot be used like this.' };
  const warnings = report.steps.filter(({ outcome }) => outcome !== 'ok' && outcome !== 'skipped');
  return warnings.length === 0
    ? { outcome: 'ok', text: 'It works.' }
    : {
        outcome: 'warning',
        text:
          warnings.length === 1
            ? 'It works, with one remark.'
            : `It works, with ${warnings.length} remarks.`,
      };
}
