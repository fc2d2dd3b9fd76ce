import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  collectReminder,
  entryOfDecision,
  entryOfStep,
  nightdesk,
} from '../../../main/incidents/entries.ts';
import { entry, type NewEntry } from '../../../main/incidents/incident.ts';
import type { IncidentStory } from '../../../main/incidents/incident-service.ts';
import { inReadingOrder } from '../../../main/incidents/reading-order.ts';
import { draft } from '../../../main/postmortems/draft.ts';
import { treeProblems } from '../../../main/postmortems/whys.ts';
import type { IncidentId } from '../../../preload/contract/common.ts';
import { EntryKind, type IncidentTimes } from '../../../preload/contract/incidents.ts';
import { PostmortemText } from '../../../preload/contract/postmortems.ts';
import { instant, minute, start } from '../../support/alarms.ts';

const at = (minutes: number): string => instant(start + minutes * minute);
const noTimes: IncidentTimes = {
  impactBeganAt: null,
  detectedAt: null,
  acknowledgedAt: null,
  mitigatedAt: null,
  resolvedAt: null,
  understoodAt: null,
};

function story(
  entries: readonly NewEntry[],
  times: Partial<IncidentTimes> = {},
  change: { mitigation?: string; impact?: string; title?: string } = {},
): IncidentStory {
  return {
    summary: {
      id: 1 as IncidentId,
      title: change.title ?? 'CheckoutDown',
      severity: 'major',
      impact: change.impact ?? '',
      times: { ...noTimes, ...times },
      alarmCount: 1,
      firingCount: 0,
      hasPostmortem: false,
    },
    commander: '',
    mitigation: change.mitigation ?? '',
    createdAt: at(0),
    entries: inReadingOrder(entries.map((item, index) => ({ id: index + 1, ...item }))),
  };
}

const fired = entry(
  at(0),
  'alarm_fired',
  'Alertmanager prod',
  'CheckoutDown fired, critical: No_one can pay.',
);
const night = story(
  [
    fired,
    entry(at(2), 'alarm_joined', nightdesk, 'Queue joined by rule: same service checkout'),
    entry(at(3), 'source_blind', 'PagerDuty', 'PagerDuty went blind: token expired'),
    entry(at(7), 'source_live', 'PagerDuty', 'PagerDuty is live again'),
    entryOfStep({
      at: at(8),
      number: 1,
      text: 'Restart',
      state: 'did_not_help',
      runbookTitle: 'Checkout',
    }),
    entryOfStep({
      at: at(9),
      number: 2,
      text: 'Roll back',
      state: 'done',
      runbookTitle: 'Checkout',
    }),
    entry(at(12), 'mitigated', 'you', 'Mitigated: rolled back'),
    entryOfStep({
      at: at(13),
      number: 3,
      text: 'Tell support',
      state: 'done',
      runbookTitle: 'Checkout',
    }),
  ],
  {
    impactBeganAt: at(0),
    detectedAt: at(1),
    acknowledgedAt: at(7),
    mitigatedAt: at(12),
    resolvedAt: at(20),
  },
  { mitigation: 'Rolled back 4.18' },
);

describe('the draft of a night', () => {
  const text = draft(night);

  test('says what, when, how long and who noticed', () => {
    expect(text.summary).toBe(
      'The impact began at 2026-11-24 04:00 UTC. It was noticed at 2026-11-24 04:01 UTC by an alarm of Alertmanager prod: CheckoutDown fired, critical: No\\_one can pay. It was acknowledged 6 min after it was detected. It was mitigated at 2026-11-24 04:12 UTC, 12 min after the impact began. The incident was resolved at 2026-11-24 04:20 UTC.',
    );
  });

  test('measures the impact and asks who was hit', () => {
    expect(text.impact).toBe(
      [
        'Who could not do what? How many?',
        '',
        '- Impact began to detected: 60 s (2026-11-24 04:00 UTC to 2026-11-24 04:01 UTC)',
        '- Detected to acknowledged: 6 min (2026-11-24 04:01 UTC to 2026-11-24 04:07 UTC)',
        '- Impact began to mitigated: 12 min (2026-11-24 04:00 UTC to 2026-11-24 04:12 UTC)',
        '- Impact began to resolved: 20 min (2026-11-24 04:00 UTC to 2026-11-24 04:20 UTC)',
      ].join('\n'),
    );
  });

  test('names what mitigated it, and only the steps from before', () => {
    expect(text.mitigation).toContain('Rolled back 4.18');
    expect(text.mitigation).toContain('04:09 UTC: Runbook step 2 done: Roll back');
    expect(text.mitigation).not.toContain('Tell support');
  });

  test('puts the proven under well and badly', () => {
    expect(text.wentWell).toBe(
      '- Detected 60 s after the impact began.\n- Mitigated 12 min after the impact began.\n- A runbook was at hand: 2 steps were done.',
    );
    expect(text.wentBadly).toBe(
      '- Acknowledged 6 min after it was detected.\n- PagerDuty was blind for 4 min during it.\n- Runbook step 1 did not help: Restart (Checkout).',
    );
    expect(text.gotLucky).toBe('');
    expect(text.contributingFactors).toContain('Queue joined by rule: same service checkout');
  });

  test('begins a tree of whys from the evidence', () => {
    expect(text.whys).toEqual([
      { id: 'problem', parentId: null, text: 'CheckoutDown', evidence: [] },
      {
        id: 'why-1',
        parentId: 'problem',
        text: 'What made this happen: CheckoutDown fired, critical: No_one can pay?',
        evidence: [1],
      },
      {
        id: 'why-2',
        parentId: 'problem',
        text: 'Why did this end it, and what does that say about the cause: Rolled back 4.18?',
        evidence: [6, 7],
      },
      {
        id: 'why-3',
        parentId: 'problem',
        text: 'Why could we not see for a part of it?',
        evidence: [3],
      },
    ]);
    expect(treeProblems(text.whys)).toEqual([]);
  });
});

describe('facts that a draft states only when they are so', () => {
  const alarm = { title: 'Down', summary: '' };
  const decision = {
    at: at(1),
    class: 'page',
    occasion: 'fired',
    outcome: 'failed',
    reason: 'no bus',
  } as const;
  const reminder = collectReminder(at(2), alarm, []);
  const undelivered = entryOfDecision(decision, alarm);
  const timed = { impactBeganAt: at(0), detectedAt: at(0), mitigatedAt: at(5) };
  test.each<[string, IncidentStory, 'wentWell' | 'wentBadly' | 'gotLucky' | 'summary', string]>([
    [
      'a page that failed',
      story(undelivered === null ? [] : [undelivered]),
      'wentBadly',
      'Page for Down could not be delivered: no bus.',
    ],
    [
      'a page that was repeated',
      story('add' in reminder ? [reminder.add] : []),
      'wentBadly',
      'Page for Down repeated once.',
    ],
    ['nobody acknowledged', story([fired], timed), 'wentBadly', 'Nobody acknowledged it here.'],
    [
      'marked only when it was over',
      story([entry(at(5), 'mitigated', nightdesk, 'x')], timed),
      'wentBadly',
      'Nobody marked when it was mitigated',
    ],
    [
      'blind without an end',
      story([entry(at(1), 'source_blind', 'AM', 'x')]),
      'wentBadly',
      'AM was blind during it.',
    ],
    [
      'asleep',
      story([
        entry(at(1), 'source_blind', nightdesk, 'x'),
        entry(at(4), 'source_live', nightdesk, 'x'),
      ]),
      'wentBadly',
      'Nobody looked for 3 min during it.',
    ],
    [
      'an early alarm',
      story([fired], { impactBeganAt: at(9), detectedAt: at(1) }),
      'wentWell',
      'Detected before the impact began.',
    ],
    [
      'a quick acknowledgement',
      story([fired], { detectedAt: at(0), acknowledgedAt: at(5) }),
      'wentWell',
      'Acknowledged 5 min after it was detected.',
    ],
    [
      'an end without a reason',
      story([entry(at(5), 'mitigated', 'you', 'Mitigated')], timed),
      'gotLucky',
      'nothing here says what ended it',
    ],
    [
      'a person noticed',
      story([], { detectedAt: at(1) }),
      'summary',
      'A person noticed it at 2026-11-24 04:01 UTC',
    ],
    [
      'nothing is over',
      story([fired]),
      'summary',
      'It is not mitigated yet. The incident is still open.',
    ],
  ])('%s', (_case, input, part, expected) => {
    expect(draft(input)[part]).toContain(expected);
    const empty = draft(story([], {}));
    expect(empty[part]).not.toContain(
      part === 'summary' || expected.startsWith('Nobody ack') ? '\u0000' : expected,
    );
  });
});

const arbitraryMs = fc.integer({ min: -200, max: 200 }).map((minutes) => at(minutes));
const arbitraryText = fc.oneof(
  fc.constantFrom('plain', '# head', '<script>', '- [x](javascript:1)', '```', '---', 'a\n\n# b'),
  fc.string({ unit: 'binary', maxLength: 60 }),
);
const arbitraryEntry: fc.Arbitrary<NewEntry> = fc.record({
  at: arbitraryMs,
  kind: fc.constantFrom(...EntryKind.options),
  origin: fc.oneof(fc.constantFrom('you', 'Nightdesk', 'prod'), arbitraryText),
  text: fc.oneof(
    arbitraryText,
    arbitraryText.map((text) => `Runbook step 1 done: ${text} (t)`),
    arbitraryText.map((text) => `Page for ${text} could not be delivered: x`),
  ),
  code: fc.constant(null),
});
const arbitraryTime = fc.option(arbitraryMs, { nil: null });
const arbitraryTimes: fc.Arbitrary<IncidentTimes> = fc.record({
  impactBeganAt: arbitraryTime,
  detectedAt: arbitraryTime,
  acknowledgedAt: arbitraryTime,
  mitigatedAt: arbitraryTime,
  resolvedAt: arbitraryTime,
  understoodAt: arbitraryTime,
});
const arbitraryStory = fc
  .tuple(fc.array(arbitraryEntry, { maxLength: 15 }), arbitraryTimes, arbitraryText)
  .map(([entries, times, title]) => story(entries, times, { title }));

describe('the draft of any night', () => {
  test('mentions no time that is not in the data', () => {
    fc.assert(
      fc.property(arbitraryStory, (input) => {
        const known = new Set(
          [...Object.values(input.summary.times), ...input.entries.map((item) => item.at)]
            .filter((time) => time !== null)
            .map((time) => `${time.slice(0, 10)} ${time.slice(11, 16)} UTC`),
        );
        const mentioned =
          JSON.stringify(draft(input)).match(/\d{4}-\d\d-\d\d \d\d:\d\d UTC/g) ?? [];
        for (const time of mentioned) expect(known).toContain(time);
      }),
    );
  });

  test('fits the contract, grows a tree, and points only at entries that exist', () => {
    fc.assert(
      fc.property(arbitraryStory, (input) => {
        const text = draft(input);
        expect(PostmortemText.safeParse(text).success).toBe(true);
        expect(treeProblems(text.whys)).toEqual([]);
        const ids = new Set(input.entries.map(({ id }) => id));
        for (const id of text.whys.flatMap(({ evidence }) => evidence)) expect(ids).toContain(id);
        expect(JSON.stringify(text)).not.toContain('-1 ');
      }),
    );
  });
});
