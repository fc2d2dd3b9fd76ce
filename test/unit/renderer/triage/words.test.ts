/** What triage says: rows, empty lists, filters, history. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AlarmRow } from '../../../../preload/contract/alarms.ts';
import type { AlarmId, SourceId } from '../../../../preload/contract/common.ts';
import type { DeskState } from '../../../../preload/contract/desk.ts';
import { emptyReason } from '../../../../renderer/features/triage/empty-reason.ts';
import { filterParts } from '../../../../renderer/features/triage/filter-parts.ts';
import { historyLines } from '../../../../renderer/features/triage/history-lines.ts';
import { readPlace, writePlace } from '../../../../renderer/features/triage/place.ts';
import { aboutTexts, ordinal, rowWords } from '../../../../renderer/features/triage/row-words.ts';

const now = Date.parse('2026-11-24T04:07:00.000Z');
const ago = (minutes: number): string => new Date(now - minutes * 60_000).toISOString();

const row = (change: Partial<AlarmRow> = {}): AlarmRow => ({
  id: 1 as AlarmId,
  sourceId: 'prod' as SourceId,
  sourceName: 'Alertmanager prod',
  freshness: 'live',
  lastSeenAt: ago(0),
  status: 'firing',
  severity: 'critical',
  isSeverityMapped: true,
  title: 'CheckoutDown',
  summary: '8.4 % of requests fail',
  service: 'checkout',
  startsAt: ago(6),
  statusSince: ago(6),
  ackedBy: null,
  isReadable: true,
  pending: null,
  runbook: null,
  episodesIn7Days: 1,
  incidentId: null,
  isUnseen: false,
  origins: [],
  flapping: null,
  ...change,
});

describe('a row', () => {
  it.each<[string, Partial<AlarmRow>, Partial<ReturnType<typeof rowWords>>]>([
    [
      'that fires',
      { episodesIn7Days: 4 },
      {
        age: '6 min',
        line: 'checkout · 8.4 % of requests fail',
        origin: 'Alertmanager prod · 4th in 7 d',
      },
    ],
    [
      'that was acknowledged',
      { status: 'acknowledged', ackedBy: 'you', statusSince: ago(4) },
      { line: 'checkout · acknowledged by you 4 min ago · 8.4 % of requests fail' },
    ],
    [
      'that is being acknowledged',
      { pending: { kind: 'acknowledge', state: 'sent' } },
      { age: '6 min', origin: 'Alertmanager prod · acknowledging…' },
    ],
    [
      'whose acknowledgement failed',
      { pending: { kind: 'acknowledge', state: 'failed' } },
      { origin: 'Alertmanager prod · acknowledging failed' },
    ],
    [
      'of a source that cannot be looked at',
      { freshness: 'unauthorized', lastSeenAt: ago(4) },
      { isBlind: true, age: '? min', line: 'checkout · last known 04:03' },
    ],
    [
      'that cleared, which needs no sight to be so',
      { freshness: 'unauthorized', status: 'resolved', startsAt: ago(30), statusSince: ago(10) },
      {
        isBlind: false,
        age: '20 min',
        line: 'checkout · cleared 10 min ago · 8.4 % of requests fail',
      },
    ],
  ])('%s says so', (_name, change, words) => {
    expect(rowWords(row(change), now, 'UTC')).toMatchObject(words);
  });

  it.each([
    ['checkout · 8.4 % fail', '8.4 % fail'],
    ['checkout-api fails', 'checkout-api fails'],
    ['checkout', 'checkout'],
  ])('says its service once in front of "%s"', (summary, text) => {
    expect(rowWords(row({ summary }), now, 'UTC').line).toBe(`checkout · ${text}`);
  });

  it.each<[string, string, string[]]>([
    ['checkout · 8.4 % fail', '8.4 % fail', ['8.4 % fail']],
    ['8.4 % fail', '8.4 % fail. The budget burns.', ['8.4 % fail. The budget burns.']],
    ['8.4 % fail', 'The budget burns.', ['8.4 % fail', 'The budget burns.']],
    ['8.4 % fail', '', ['8.4 % fail']],
    ['', '', []],
  ])('says what is wrong once: "%s" and "%s"', (summary, description, texts) => {
    expect(aboutTexts(row({ summary }), description)).toEqual(texts);
  });

  it('counts as people do', () => {
    expect([1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111].map(ordinal)).toEqual([
      '1st',
      '2nd',
      '3rd',
      '4th',
      '11th',
      '12th',
      '13th',
      '21st',
      '22nd',
      '101st',
      '111th',
    ]);
  });

  it('says acknowledged only when the source does', () => {
    for (const state of ['queued', 'sent', 'failed'] as const) {
      const words = rowWords(row({ pending: { kind: 'acknowledge', state } }), now, 'UTC');
      expect(`${words.line} ${words.origin}`).not.toMatch(/\backnowledged\b/);
    }
  });
});

describe('an empty list', () => {
  const state = (change: Partial<DeskState> = {}): DeskState => ({
    at: ago(0),
    worst: null,
    counts: { firing: 0, acknowledged: 0, suppressed: 0, unseen: 0, unreadable: 0 },
    blind: [],
    enabledSources: 2,
    outboxCount: 0,
    outboxFailed: 0,
    ...change,
  });
  const blind = [
    {
      sourceId: 'p' as SourceId,
      name: 'p',
      freshness: 'stale' as const,
      since: ago(1),
      reason: '',
      next: '',
    },
  ];
  const input = { state: state(), isWindowBlind: false, query: '', hiddenCount: 0, isView: true };

  it.each([
    ['nothing fires', input, 'nothing_firing'],
    ['no source is connected', { ...input, state: state({ enabledSources: 0 }) }, 'no_sources'],
    ['a source is blind', { ...input, state: state({ blind }) }, 'cannot_look'],
    ['the window hears nothing', { ...input, isWindowBlind: true }, 'cannot_look'],
    ['a view leaves all out', { ...input, query: 'x', hiddenCount: 3 }, 'hidden_by_view'],
    [
      'a filter leaves all out',
      { ...input, query: 'x', hiddenCount: 3, isView: false },
      'nothing_matches',
    ],
    ['nothing is known yet', { ...input, state: null }, 'unknown'],
  ])('explains that %s', (_name, given, reason) => {
    expect(emptyReason(given)).toBe(reason);
  });

  it('says that nothing is firing only with clear sight and without a filter', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.boolean(),
        fc.nat(2),
        fc.nat(2),
        fc.constantFrom('', ' ', 'x'),
        fc.boolean(),
        (isWindowBlind, isBlind, enabledSources, hiddenCount, query, isView) => {
          const reason = emptyReason({
            state: state({ enabledSources, blind: isBlind ? blind : [] }),
            isWindowBlind,
            query,
            hiddenCount,
            isView,
          });
          const isQuiet =
            !isWindowBlind && !isBlind && enabledSources > 0 && hiddenCount === 0 && !query.trim();
          expect(reason === 'nothing_firing').toBe(isQuiet);
        },
      ),
    );
  });
});

describe('the typed filter', () => {
  it('is cut into tokens, free text and what cannot be understood', () => {
    const parts = filterParts(
      'checkout severity>=high  -status:x name="a b"',
      new Set(['-status:x']),
    );
    expect(parts.filter(({ kind }) => kind !== 'space')).toEqual([
      { text: 'checkout', kind: 'text' },
      { text: 'severity>=high', kind: 'token' },
      { text: '-status:x', kind: 'problem' },
      { text: 'name="a b"', kind: 'token' },
    ]);
  });

  it('loses no letter of any text, however it is written', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom('"', '\\', ' ', '=', 'a', '-') }),
    );
    fc.assert(
      fc.property(typed, (query) => {
        const parts = filterParts(query, new Set());
        expect(parts.map(({ text }) => text).join('')).toBe(query);
      }),
    );
  });

  it('is found again in the address', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 50 }),
        fc.constantFrom('service', 'namespace', 'a b&c=d?#'),
        fc.option(fc.integer({ min: 1 })),
        (query, groupBy, id) => {
          const place = { query, groupBy, alarmId: id as AlarmId | null };
          const [path, search = ''] = writePlace(place).split('?', 2);
          expect(path).toBe(id === null ? '/' : `/alarm/${id}`);
          expect(readPlace(place.alarmId, search)).toEqual(place);
        },
      ),
    );
  });
});

describe('the history', () => {
  it('puts what happened and what was decided in one order, the newest first', () => {
    const lines = historyLines(
      [
        { at: ago(6), kind: 'fired', text: 'Fired, critical', origin: 'Alertmanager prod' },
        { at: ago(1), kind: 'note', text: 'Looks like the deploy', origin: 'you' },
      ],
      [
        {
          at: ago(5),
          alarmId: 1 as AlarmId,
          class: 'page',
          occasion: 'reminder',
          outcome: 'sent',
          reason: 'critical at Alertmanager prod',
          carrier: 'notify-send',
        },
        {
          at: ago(4),
          alarmId: 1 as AlarmId,
          class: 'notice',
          occasion: 'fired',
          outcome: 'not_sent',
          reason: 'quiet hours 22-08',
          carrier: null,
        },
      ],
    );
    expect(lines.map(({ text, more }) => `${text} | ${more}`)).toEqual([
      'Looks like the deploy | you',
      'Notice not sent | quiet hours 22-08',
      'Page sent, reminder | critical at Alertmanager prod · notify-send',
      'Fired, critical | Alertmanager prod',
    ]);
  });
});
