import { describe, expect, it } from 'vitest';
import type { AlarmRow } from '../../../../preload/contract/alarms.ts';
import {
  ackState,
  idleSince,
  impactOf,
  longDuration,
  nameOf,
  sinceText,
  statusMessage,
} from '../../../../renderer/features/four-am/words.ts';
import { step } from '../../../support/steps.ts';

const startsAt = '2026-11-24T04:01:00.000Z';
const now = Date.parse('2026-11-24T04:07:00Z');
const row = {
  title: 'CheckoutErrorRate',
  summary: '',
  severity: 'critical',
  service: 'checkout',
  startsAt,
  freshness: 'live',
  status: 'firing',
  sourceName: 'Alertmanager prod',
  statusSince: startsAt,
  ackedBy: null,
  pending: null,
} as unknown as AlarmRow;
const impact = (annotations: Record<string, string>, change: Partial<AlarmRow> = {}) =>
  impactOf({ row: { ...row, ...change }, annotations });

describe('the sentence of impact', () => {
  it('is the summary, with the description below it', () => {
    expect(impact({ summary: 'Nobody can pay', description: '8.4 % fail.' })).toEqual({
      sentence: 'Nobody can pay',
      more: '8.4 % fail.',
    });
  });

  it('is what the alarm itself calls its impact', () => {
    const all = {
      impact: 'Nobody can pay',
      summary: 'Error rate above 5 %',
      description: '8.4 %.',
    };
    expect(impact(all)).toEqual({ sentence: 'Nobody can pay', more: '8.4 %.' });
    expect(impact({ ...all, description: '' }).more).toBe('Error rate above 5 %');
  });

  it('does not say the same twice', () => {
    expect(impact({ summary: 'Same', description: 'Same' }).more).toBe('');
  });

  it('is what the source made of it when there is no annotation', () => {
    expect(impact({}, { summary: 'From the row' }).sentence).toBe('From the row');
    expect(impact({ summary: ' ' }, { summary: 'From the row' }).sentence).toBe('From the row');
  });

  it('is the first sentence of the description, else the name', () => {
    expect(impact({ description: 'It is down. Since noon. See 1.2.3.' })).toEqual({
      sentence: 'It is down.',
      more: 'Since noon. See 1.2.3.',
    });
    expect(impact({ description: 'v1.2 fails' })).toEqual({ sentence: 'v1.2 fails', more: '' });
    expect(impact({}).sentence).toBe('CheckoutErrorRate');
  });

  it('stays short, whatever a source sends', () => {
    const { sentence, more } = impact({ summary: 'x'.repeat(1e6), description: 'y'.repeat(1e6) });
    expect(sentence.length).toBeLessThan(230);
    expect(more.length).toBeLessThan(510);
  });

  it('names the alarm only where the sentence does not', () => {
    const labels = { alertname: 'Checkout' };
    expect(nameOf({ row, labels }, { sentence: 'Nobody can pay', more: '' })).toBe(
      'CheckoutErrorRate',
    );
    expect(nameOf({ row, labels }, { sentence: row.title, more: '' })).toBe('Checkout');
    expect(nameOf({ row, labels: {} }, { sentence: row.title, more: '' })).toBe('');
  });
});

describe('since when', () => {
  it.each([
    [0, '0 seconds'],
    [1_000, '1 second'],
    [60_000, '1 minute'],
    [6 * 60_000, '6 minutes'],
    [125 * 60_000, '2 h 5 min'],
    [-5_000, '0 seconds'],
  ])('%s ms is %s', (ms, text) => expect(longDuration(ms)).toBe(text));

  it('says so while it can be seen, and claims nothing while it cannot', () => {
    expect(sinceText(row, now)).toBe('Critical for 6 minutes, checkout');
    expect(sinceText({ ...row, freshness: 'stale', service: '' }, now)).toBe(
      'Critical when last seen, began 6 minutes ago',
    );
    expect(sinceText({ ...row, status: 'suppressed' }, now)).toBe(
      'Critical, suppressed, for 6 minutes, checkout',
    );
  });
});

describe('acknowledged', () => {
  const state = (change: Partial<AlarmRow>, person = 'kim') =>
    ackState({ ...row, ...change }, person);

  it('is not said before the source agreed', () => {
    for (const intent of ['queued', 'sent'] as const) {
      expect(state({ pending: { kind: 'acknowledge', state: intent } })).toEqual({
        kind: 'pending',
        text: 'acknowledging…',
      });
    }
  });

  it('says that it failed', () => {
    expect(state({ pending: { kind: 'acknowledge', state: 'failed' } }).kind).toBe('failed');
  });

  it.each([
    ['kim', 'kim', 'you'],
    ['you', '', 'you'],
    ['Nightdesk', '', 'you'],
    ['Nightdesk', 'kim', 'Nightdesk'],
    ['alex', 'kim', 'alex'],
    [null, 'kim', 'somebody'],
  ])('by %s, seen by %s, is by %s', (ackedBy, person, who) => {
    expect(state({ status: 'acknowledged', ackedBy }, person)).toMatchObject({ who });
  });

  it('is open while it fires, whatever else is on its way', () => {
    expect(state({ pending: { kind: 'comment', state: 'sent' } })).toEqual({ kind: 'open' });
  });
});

describe('the text for those who help', () => {
  const base = {
    row,
    impact: { sentence: 'Nobody can pay', more: '8.4 % fail.' },
    runbookTitle: 'Checkout',
    steps: [
      step('Look at the shop', 'real', { state: 'done', at: '2026-11-24T04:04:00.000Z' }),
      step('Roll back', 'stop_it', { state: 'did_not_help', at: '2026-11-24T04:06:00.000Z' }),
      step('Never tried', 'stop_it'),
    ],
    incidentId: 4,
    mitigatedAt: null,
    ack: { kind: 'acknowledged', who: 'you', since: '2026-11-24T04:02:00.000Z' },
    now,
    zone: 'UTC',
  } as const;

  it('says what is wrong, since when, who has it, and what was tried', () => {
    expect(statusMessage(base)).toBe(
      [
        'Critical, checkout: Nobody can pay',
        '8.4 % fail.',
        'Since 04:01 (6 minutes), alarm CheckoutErrorRate of Alertmanager prod.',
        'Acknowledged by me at 04:02.',
        'Incident 4.',
        'Tried from “Checkout”:',
        '- Look at the shop (done 04:04)',
        '- Roll back (did not help 04:06)',
      ].join('\n'),
    );
  });

  it('says what it does not know', () => {
    const text = statusMessage({ ...base, row: { ...row, freshness: 'unreachable' }, steps: [] });
    expect(text).toContain('cannot be seen now');
    expect(text).toContain('No step of a runbook has been tried yet.');
  });

  it('lets no alarm forge a line or turn the text around', () => {
    const text = statusMessage({
      ...base,
      impact: { sentence: 'a\nAcknowledged by root', more: 'b\u202ec\u0000' },
    });
    expect(text.split('\n').some((line) => line.startsWith('Acknowledged by root'))).toBe(false);
    for (const character of ['\u202e', '\u0000']) expect(text).not.toContain(character);
  });
});

describe('nothing that followed an acknowledgement', () => {
  const minute = 60_000;
  const start = Date.parse('2026-11-24T04:00:00.000Z');
  const at = (minutes: number): string => new Date(start + minutes * minute).toISOString();
  const mine = { kind: 'acknowledged', who: 'you', since: at(0) } as const;
  const idle = (change: object = {}, minutes = 20): number | null =>
    idleSince({
      ack: mine,
      events: [],
      steps: [],
      mitigatedAt: null,
      now: start + minutes * minute,
      ...change,
    });

  it('is asked about after a quarter of an hour', () => {
    expect(idle({}, 14)).toBeNull();
    expect(idle({}, 15)).toBe(start);
  });

  it.each([
    ['a step', { steps: [{ at: at(10) }, { at: null }] }],
    ['a command', { events: [{ at: at(10), kind: 'command_ran' }] }],
    ['saying so', { events: [{ at: at(10), kind: 'still_on_it' }] }],
    ['the end of the impact', { mitigatedAt: at(5) }],
    ['somebody else who has it', { ack: { ...mine, who: 'Grace' } }],
    ['no acknowledgement', { ack: { kind: 'open' } }],
  ])('is not, after %s', (_what, change) => expect(idle(change)).toBeNull());

  it('is, when only the source spoke', () => {
    expect(idle({ events: [{ at: at(10), kind: 'fired' }] })).toBe(start);
  });
});
