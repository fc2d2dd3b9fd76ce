import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digestOf, timesOf } from '../../../main/sources/alertmanager/same-answer.ts';

interface Alert {
  readonly annotations: Readonly<Record<string, string>>;
  readonly endsAt: string;
  readonly fingerprint: string;
  readonly state: string;
  readonly updatedAt: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** In Alertmanager's own order of fields. */
const wire = (alerts: readonly Alert[]): Buffer =>
  Buffer.from(
    JSON.stringify(
      alerts.map(({ annotations, endsAt, fingerprint, state, updatedAt, labels }) => ({
        annotations,
        endsAt,
        fingerprint,
        receivers: [{ name: 'default' }],
        startsAt: '2026-11-24T04:00:00.000Z',
        status: { inhibitedBy: [], silencedBy: [], state },
        updatedAt,
        generatorURL: 'http://prometheus.example.org/graph',
        labels,
      })),
    ),
  );

const alert = (change: Partial<Alert> = {}): Alert => ({
  annotations: { summary: 'disk' },
  endsAt: '2026-11-24T04:04:00.000Z',
  fingerprint: '55edc295ff31cfa8',
  state: 'active',
  updatedAt: '2026-11-24T04:00:00.000Z',
  labels: { alertname: 'DiskFull' },
  ...change,
});

const later = { endsAt: '2026-11-24T04:09:00.123456789Z', updatedAt: '2026-11-24T04:05:00.123Z' };
const sameLength = { endsAt: '2026-11-24T04:09:00.123Z', updatedAt: '2026-11-24T04:05:00.123Z' };

describe('an answer', () => {
  test('that was only sent again is the same', () => {
    expect(digestOf(wire([alert(sameLength)]))).toBe(digestOf(wire([alert()])));
  });

  test.each<[string, Partial<Alert>]>([
    ['a status', { state: 'suppressed' }],
    ['a label', { labels: { alertname: 'DiskFell' } }],
    ['an annotation', { annotations: { summary: 'desk' } }],
    [
      'an annotation with a name that moves',
      { annotations: { endsAt: '2026-11-24T05:00:00.000Z' } },
    ],
    [
      'an annotation that looks like a field beside a field',
      { annotations: { endsAt: '2026-11-24T05:00:00.000Z', fingerprint: 'x' } },
    ],
    ['a label with a name that moves', { labels: { updatedAt: '2026-11-24T05:00:00.000Z' } }],
    ['a fingerprint', { fingerprint: '55edc295ff31cfa9' }],
  ])('with another %s is another one', (_, change) => {
    const before = alert(
      Object.fromEntries(
        Object.entries(change).map(([name, value]) => [
          name,
          typeof value === 'string'
            ? alert()[name as 'state']
            : Object.fromEntries(
                Object.keys(value).map((key) => [key, '2026-11-24T06:00:00.000Z']),
              ),
        ]),
      ),
    );
    expect(digestOf(wire([alert(change)]))).not.toBe(digestOf(wire([before])));
  });

  test('whose texts imitate fields stays told apart', () => {
    const imitate = (time: string): Buffer =>
      wire([
        alert({
          annotations: { summary: `"},"updatedAt":"${time}","endsAt":"${time}","fingerprint":"` },
        }),
      ]);
    expect(digestOf(imitate('2026-11-24T05:00:00.000Z'))).not.toBe(
      digestOf(imitate('2026-11-24T06:00:00.000Z')),
    );
  });

  test('any change of what is not a time of sending is another answer', () => {
    const texts = fc.dictionary(fc.string({ maxLength: 12 }), fc.string({ maxLength: 30 }), {
      maxKeys: 4,
    });
    fc.assert(
      fc.property(
        texts,
        texts,
        texts,
        texts,
        (labels, annotations, otherLabels, otherAnnotations) => {
          const one = wire([alert({ labels, annotations })]);
          const other = wire([
            alert({ labels: otherLabels, annotations: otherAnnotations, ...sameLength }),
          ]);
          const isSame =
            JSON.stringify([labels, annotations]) ===
            JSON.stringify([otherLabels, otherAnnotations]);
          expect(digestOf(one) === digestOf(other)).toBe(isSame);
        },
      ),
    );
  });

  test('of whatever bytes has a digest, and keeps its length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const buffer = Buffer.from(bytes);
        expect(digestOf(buffer)).toBe(digestOf(Buffer.from(bytes)));
        expect(buffer).toHaveLength(bytes.length);
      }),
    );
  });
});

describe('the times of a heartbeat', () => {
  const other = alert({ fingerprint: 'ffffffffffffffff' });

  test('are those of its own alert', () => {
    const bytes = wire([other, alert(later), other]);
    expect(timesOf(bytes, '55edc295ff31cfa8')).toEqual(later);
  });

  test('are unknown where the order of the fields is another one', () => {
    const bytes = Buffer.from('[{"fingerprint":"55edc295ff31cfa8","endsAt":"x","updatedAt":"y"}]');
    expect(timesOf(bytes, '55edc295ff31cfa8')).toBeNull();
  });

  test('are unknown where it does not say them itself', () => {
    const cut = wire([alert(), other])
      .toString()
      .replace('"updatedAt":"2026-11-24T04:00:00.000Z",', '');
    expect(timesOf(Buffer.from(cut), '55edc295ff31cfa8')).toBeNull();
    expect(timesOf(wire([other]), '55edc295ff31cfa8')).toBeNull();
  });
});
