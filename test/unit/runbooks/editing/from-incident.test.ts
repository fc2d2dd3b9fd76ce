import { expect, test } from 'vitest';
import {
  runbookFromIncident,
  withPlaceholders,
} from '../../../../main/runbooks/editing/from-incident.ts';
import { parseRunbook } from '../../../../main/runbooks/parse.ts';
import type { IncidentId, RunId, RunbookId } from '../../../../preload/contract/common.ts';
import type { Incident } from '../../../../preload/contract/incidents.ts';
import type { CommandPart, Step } from '../../../../preload/contract/runbooks.ts';

const labels = { namespace: 'payments', pod: 'api-7f9', severity: 'critical', zone: '1' };

const step = (change: Partial<Step> & { parts?: readonly CommandPart[] }): Step => {
  const { parts, ...rest } = change;
  const command = { language: 'sh', parts: [...(parts ?? [])], copyText: 'x', hasMissing: false };
  const commands = (parts === undefined ? [] : [command]) as Step['commands'];
  return {
    id: rest.plainText ?? 'a',
    number: 1,
    text: rest.plainText ?? '',
    plainText: '',
    section: null,
    phase: 'stop_it',
    commands,
    expected: null,
    verify: null,
    rollback: null,
    minutes: null,
    goTo: [],
    isChanged: false,
    isBroad: false,
    state: 'done',
    at: '2026-11-24T04:05:00.000Z',
    ...rest,
  };
};

const incident = (steps: Step[], change: Partial<Incident> = {}): Incident => ({
  summary: {
    id: 1 as IncidentId,
    title: 'Checkout fails in payments',
    severity: 'major',
    impact: 'One in five checkouts fails.',
    times: {
      impactBeganAt: null,
      detectedAt: null,
      acknowledgedAt: null,
      mitigatedAt: null,
      resolvedAt: null,
      understoodAt: null,
    },
    alarmCount: 1,
    firingCount: 0,
    hasPostmortem: false,
  },
  commander: '',
  mitigation: 'Rolled payments back',
  entries: [
    {
      id: 1,
      at: '2026-11-24T04:05:00.000Z',
      kind: 'command',
      origin: 'you',
      text: 'ran',
      code: 'printed-output-of-that-night',
    },
  ],
  alarms: [],
  runs: [
    {
      id: 1 as RunId,
      runbook: {
        id: 1 as RunbookId,
        title: '',
        path: '',
        folder: '',
        modifiedAt: '2026-11-24T04:00:00.000Z',
        copiedAt: '2026-11-24T04:00:00.000Z',
        reviewedOn: null,
        stepCount: 1,
      },
      anchor: null,
      alarmId: null,
      incidentId: null,
      startedAt: '2026-11-24T04:00:00.000Z',
      steps,
      missing: [],
      answers: {},
      doneCount: 1,
    },
  ],
  ...change,
});

const write = (steps: Step[], change: Partial<Incident> = {}): string =>
  runbookFromIncident(incident(steps, change), {
    labels,
    alerts: ['CheckoutErrors'],
    day: '2026-11-24',
  }).text;

const rollback = step({
  plainText: 'Roll back.',
  parts: [
    { kind: 'text', text: 'kubectl -n ' },
    {
      kind: 'filled',
      text: "'payments'",
      value: 'payments',
      name: 'namespace',
      from: 'label namespace',
    },
    { kind: 'text', text: ' rollout undo deploy/x --context ' },
    { kind: 'missing', text: '<cluster>', name: 'cluster' },
  ],
  expected: 'errors fall',
});

test('what was ticked becomes steps that the parser reads as such, filled values are placeholders again', () => {
  const text = write([rollback]);
  const parsed = parseRunbook('a.md', text);
  expect(parsed).toMatchObject({
    title: 'Checkout fails in a namespace',
    meta: { alerts: ['CheckoutErrors'], reviewedOn: '2026-11-24' },
  });
  expect(parsed.steps).toMatchObject([
    {
      phase: 'stop_it',
      plainText: 'Roll back.',
      expected: 'errors fall',
      commands: [{ text: 'kubectl -n <namespace> rollout undo deploy/x --context <cluster>' }],
    },
  ]);
});

test('outputs of that night stay out', () => {
  expect(write([rollback])).not.toContain('printed-output');
});

test('steps stand in the order of the night, and in that of their doing', () => {
  const at = (minute: number): string => `2026-11-24T04:0${minute}:00.000Z`;
  const parsed = parseRunbook(
    'a.md',
    write([
      step({ plainText: 'Find the cause.', phase: 'investigate', at: at(1) }),
      step({ plainText: 'Second.', at: at(5) }),
      step({ plainText: 'First.', at: at(3) }),
      step({ plainText: 'Is it so?', phase: 'real', at: at(7) }),
    ]),
  );
  expect(parsed.steps.map(({ plainText }) => plainText)).toEqual([
    'Is it so?',
    'First.',
    'Second.',
    'Find the cause.',
  ]);
});

test('what was not done is left out, what did not help is told', () => {
  const text = write([
    step({ plainText: 'Skip me.', state: 'skipped' }),
    step({ plainText: 'Open.', state: 'open' }),
    step({ plainText: 'Restart it.', state: 'did_not_help' }),
    step({ plainText: 'Twice.' }),
    step({ plainText: 'Twice.' }),
  ]);
  expect(text).not.toMatch(/Skip me|Open\./);
  expect(text).toContain('## What did not help\n\n- Restart it.');
  expect(text.match(/Twice\./g)).toHaveLength(1);
});

test('label values in words become placeholders, common words and parts of words do not', () => {
  expect(withPlaceholders('payments in zone 1 is critical, prepayments, api-7f9.', labels)).toBe(
    '<namespace> in zone 1 is critical, prepayments, <pod>.',
  );
});

test('a title that is only the value of a label becomes the name of the alarm', () => {
  const base = incident([rollback]);
  const text = write([rollback], { summary: { ...base.summary, title: 'payments' } });
  expect(parseRunbook('a.md', text).title).toBe('CheckoutErrors');
});

test('a title that is hostile stays a title', () => {
  const title = '</h1><script>alert(1)</script>\n---\n# Other [x](javascript:1)';
  const base = incident([rollback]);
  const text = write([rollback], { summary: { ...base.summary, title } });
  const parsed = parseRunbook('a.md', text);
  expect(parsed.meta.title).toContain('script');
  expect(text).not.toContain('\n# Other');
  expect(text.split('\n').find((line) => line.startsWith('# '))).not.toContain('<script>');
});
