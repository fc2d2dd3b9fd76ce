/** What the rules made of an answer, for the form: shared by every kind that reads anybody's JSON. */
import type { TestReport } from '../../../preload/contract/sources.ts';
import { SourceError } from '../source-error.ts';
import { step } from '../test-steps.ts';
import type { Judge, Read } from './judge.ts';

type Step = TestReport['steps'][number];

export function readSteps(judge: Judge, read: Read, from: string): TestReport {
  const steps: Step[] = [];
  const items = `${read.rows.length} ${read.rows.length === 1 ? 'item' : 'items'}`;
  try {
    const { snapshot, remarks, blind } = judge.judge(read, from);
    const { alarms } = snapshot;
    const unreadable = alarms.filter(({ unreadableReason }) => unreadableReason !== null);
    steps.push(
      step(
        'read',
        unreadable.length === 0 ? 'ok' : 'warning',
        `${items} in its list, of which ${alarms.length} ${alarms.length === 1 ? 'is an alarm' : 'are alarms'}.`,
      ),
    );
    const [first] = alarms;
    if (first !== undefined && first.unreadableReason === null) {
      steps.push(
        step(
          'read',
          'ok',
          `The first reads: ${first.severity}, ${first.status}, "${first.title}".`,
        ),
      );
    }
    if (unreadable[0] !== undefined) {
      steps.push(
        step(
          'read',
          'warning',
          `${unreadable.length} cannot be read: ${unreadable[0].unreadableReason ?? ''}.`,
          'Correct the lines of the fields.',
        ),
      );
    }
    const unmapped = new Set(
      alarms.filter(({ isSeverityMapped }) => !isSeverityMapped).map((alarm) => alarm.severityText),
    );
    if (unmapped.size > 0) {
      steps.push(
        step(
          'read',
          'warning',
          `Nobody knows the severity ${[...unmapped].slice(0, 5).join(', ')}, so it counts as high.`,
          'Add it to the severity table.',
        ),
      );
    }
    steps.push(...remarks.map((text) => step('read', 'warning', text)));
    if (blind !== null && blind !== undefined) {
      steps.push(step('read', 'warning', blind.message, blind.next));
    }
    steps.push(
      step('write', 'skipped', 'Acknowledgements and silences are kept by Nightdesk itself.'),
    );
    return { isUsable: true, steps };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    return { isUsable: false, steps: [step('read', 'failed', error.message, error.next)] };
  }
}
