/** What every connector promises about reading. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { formOf, settingsProblem } from '../../../main/sources/form.ts';
import { connect } from '../../../main/sources/connect.ts';
import type { PollResult } from '../../../main/sources/connector.ts';
import { SourceError } from '../../../main/sources/source-error.ts';
import type { Connection } from '../../../main/sources/source-state.ts';
import { systemClock } from '../../../main/clock.ts';
import type { Severity, SourceId } from '../../../preload/contract/common.ts';
import type { ConnectorCase, ShownAlarm, Upstream } from './case.ts';
import { excuse } from './case.ts';
import { status } from '../upstream-faults.ts';

const limits = {
  connectMs: 2_000,
  headersMs: 2_000,
  bodyMs: 2_000,
  totalMs: 5_000,
  maxBytes: 20_000_000,
};
export const never = new AbortController().signal;
const anHourAgo = (): number => Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;

export function open(
  one: ConnectorCase,
  upstream: Upstream,
  more: {
    secrets?: Readonly<Record<string, string>>;
    memory?: Readonly<Record<string, unknown>>;
    severityMap?: Readonly<Record<string, Severity>>;
  } = {},
): Connection {
  const settings = one.kind.settings.parse(one.settings(upstream)) as Record<string, string>;
  return connect({
    kind: one.kind,
    sourceId: 'prod' as SourceId,
    name: 'Prod',
    settings,
    severityMap: more.severityMap ?? {},
    secrets: new Map(Object.entries(more.secrets ?? one.secrets)),
    memory: more.memory ?? {},
    clock: systemClock,
    httpLimits: limits,
  });
}

/** Polls as often as this kind needs until a list counts. */
export async function settled(one: ConnectorCase, connection: Connection): Promise<PollResult> {
  for (let count = 1; count < (one.settlingPolls ?? 1); count += 1) {
    await connection.connector.poll(never);
  }
  return connection.connector.poll(never);
}

const shown = (key: string, more: Partial<ShownAlarm> = {}): ShownAlarm => ({
  key,
  name: `Alarm ${key}`,
  since: anHourAgo(),
  ...more,
});

export function describeReading(one: ConnectorCase): void {
  describe(`${one.kind.kind} reading`, () => {
    let upstream: Upstream;
    const open1 = (more: Parameters<typeof open>[2] = {}): Connection => open(one, upstream, more);
    const read = async (...alarms: ShownAlarm[]): Promise<PollResult> => {
      upstream.show(alarms);
      upstream.isTruthful = alarms.every(
        ({ broken, severity }) => broken === undefined && severity !== one.unknownSeverity,
      );
      const connection = open1();
      const result = await settled(one, connection);
      await connection.connector.close();
      return result;
    };
    const only = async (alarm: ShownAlarm) => {
      const { snapshot } = await read(alarm);
      const [first, ...others] = snapshot.alarms;
      if (first === undefined || others.length > 0) {
        throw new Error(`expected one alarm, not ${snapshot.alarms.length}`);
      }
      return first;
    };

    beforeAll(async () => {
      upstream = await one.start();
    });
    beforeEach(() => {
      upstream.fault = null;
      upstream.isFaulty = () => true;
      upstream.isTruthful = true;
    });
    afterAll(() => upstream.close());

    test('the form can be drawn, and takes the settings', () => {
      const form = formOf(one.kind);
      expect(form.title).not.toBe('');
      expect(
        form.fields.filter(({ name, label }) => label === name || !/^[A-Z]/.test(label)),
      ).toEqual([]);
      expect(settingsProblem(one.kind, one.settings(upstream))).toBeNull();
      for (const name of Object.keys(one.secrets)) {
        expect(one.kind.secrets.map((secret) => secret.name)).toContain(name);
      }
    });

    test('a list is complete, and holds every alarm once', async () => {
      const { snapshot, blind } = await read(shown('a1'), shown('b2'), shown('c3'));
      expect(blind ?? null).toBeNull();
      expect(snapshot.incompleteReason).toBeNull();
      expect(snapshot.isComplete).toBe(true);
      expect(snapshot.alarms).toHaveLength(3);
      expect(new Set(snapshot.alarms.map(({ externalId }) => externalId)).size).toBe(3);
      for (const alarm of snapshot.alarms) {
        expect(alarm.status).toBe('firing');
        expect(alarm.isSeverityMapped).toBe(true);
        expect(alarm.unreadableReason).toBeNull();
        expect(alarm.externalId).toMatch(/^[a-z0-9-]+:1:./);
        expect(alarm.labels['alertname'] ?? '').not.toBe('');
      }
      expect(snapshot.alarms.map(({ title }) => title).join('\n')).toContain('Alarm b2');
    });

    test('an empty list with its proof is complete', async () => {
      const { snapshot, blind } = await read();
      expect(blind ?? null).toBeNull();
      expect(snapshot).toEqual({ alarms: [], isComplete: true, incompleteReason: null });
    });

    test('an alarm that is gone is lacking in the next list', async () => {
      upstream.show([shown('a1'), shown('b2')]);
      const connection = open1();
      const before = await settled(one, connection);
      upstream.show([shown('b2')]);
      const after = await connection.connector.poll(never);
      expect(after.snapshot.isComplete).toBe(true);
      expect(before.snapshot.alarms).toHaveLength(2);
      expect(after.snapshot.alarms).toHaveLength(1);
      await connection.connector.close();
    });

    test('an unchanged list gives the same objects, so nothing is compared again', async () => {
      upstream.show([shown('a1'), shown('b2')]);
      const connection = open1();
      const before = await settled(one, connection);
      const after = await connection.connector.poll(never);
      expect(after.snapshot.alarms).toHaveLength(2);
      for (const [index, alarm] of after.snapshot.alarms.entries()) {
        expect(alarm).toBe(before.snapshot.alarms[index]);
      }
      if (after.memory !== undefined) expect(after.memory).toEqual(before.memory);
      await connection.connector.close();
    });

    test('identities stay over a restart of Nightdesk', async () => {
      upstream.show([shown('a1'), shown('b2')]);
      const first = open1();
      const { snapshot, memory = {} } = await settled(one, first);
      await first.connector.close();
      const kept = JSON.parse(JSON.stringify(memory)) as Record<string, unknown>;
      const second = open1({ memory: kept });
      const again = await settled(one, second);
      expect(again.snapshot.alarms.map(({ externalId }) => externalId)).toEqual(
        snapshot.alarms.map(({ externalId }) => externalId),
      );
      expect(again.snapshot.alarms.map(({ startsAt }) => startsAt)).toEqual(
        snapshot.alarms.map(({ startsAt }) => startsAt),
      );
      await second.connector.close();
    });

    const { paging } = one;
    if ('why' in paging) {
      test(`pages: it has none (${paging.why})`, async () => {
        const many = Array.from({ length: 150 }, (_, index) => shown(`n${index}`));
        const { snapshot } = await read(...many);
        expect(snapshot.alarms).toHaveLength(150);
        expect(snapshot.isComplete).toBe(true);
      });
    } else {
      test('pages: all of them are read', async () => {
        const many = Array.from({ length: paging.alarms }, (_, index) => shown(`n${index}`));
        const from = upstream.requests.length;
        const { snapshot } = await read(...many);
        expect(upstream.requests.slice(from).some(paging.isLaterPage)).toBe(true);
        expect(snapshot.alarms).toHaveLength(paging.alarms);
        expect(snapshot.isComplete).toBe(true);
      });

      test('pages: when one is missing, there is no complete list', async () => {
        const many = Array.from({ length: paging.alarms }, (_, index) => shown(`n${index}`));
        upstream.fault = status(500, { 'content-type': 'text/plain' }, 'boom');
        upstream.isFaulty = paging.isLaterPage;
        let isComplete = false;
        try {
          ({
            snapshot: { isComplete },
          } = await read(...many));
        } catch (error) {
          expect(error).toBeInstanceOf(SourceError);
        }
        expect(isComplete).toBe(false);
      });
    }

    const { severities } = one;
    const why = excuse(severities)?.why;
    if (why !== undefined) {
      test(`severities: it has none of its own (${why})`, async () => {
        expect((await only(shown('a1'))).isSeverityMapped).toBe(true);
      });
    } else {
      test.each(Object.entries(severities as Readonly<Record<string, Severity>>))(
        'severities: %s is %s',
        async (text, severity) => {
          const alarm = await only(shown('a1', { severity: text }));
          expect(alarm.severity).toBe(severity);
          expect(alarm.isSeverityMapped).toBe(true);
        },
      );
    }

    const { unknownSeverity } = one;
    if (typeof unknownSeverity === 'string') {
      test('severities: an unknown one is high, loud, and can be mapped', async () => {
        const alarm = await only(shown('a1', { severity: unknownSeverity }));
        expect(alarm.severity).toBe('high');
        expect(alarm.isSeverityMapped).toBe(false);
        const { severityText } = alarm;
        if (severityText === null) throw new Error('its text was lost');
        const connection = open1({ severityMap: { [severityText]: 'info' } });
        const [mapped] = (await settled(one, connection)).snapshot.alarms;
        expect(mapped?.severity).toBe('info');
        expect(mapped?.isSeverityMapped).toBe(true);
        await connection.connector.close();
      });
    }
    if (one.absentSeverity === 'warning') {
      test('severities: an absent one is a warning', async () => {
        const alarm = await only(shown('a1', { severity: null }));
        expect(alarm.severity).toBe('warning');
        expect(alarm.isSeverityMapped).toBe(true);
      });
    }

    if (one.zones === true) {
      test.each([-720, -330, 0, 60, 345, 840])(
        'zones: %i minutes east is the same instant',
        async (zoneMinutes) => {
          const since = anHourAgo();
          const alarm = await only(shown('a1', { since, zoneMinutes }));
          expect(alarm.startsAt).toBe(new Date(since).toISOString());
        },
      );
    } else {
      test(`zones: it writes no offsets (${one.zones.why})`, async () => {
        const since = anHourAgo();
        const alarm = await only(shown('a1', { since }));
        expect(Number.isNaN(Date.parse(alarm.startsAt))).toBe(false);
        expect(alarm.startsAt).toMatch(/Z$/);
      });
    }

    if (one.unreadableItem === true) {
      test('an unreadable item is kept by its identity, and the others live', async () => {
        const whole = await read(shown('a1'), shown('b2'));
        const torn = await read(shown('a1'), shown('b2', { broken: 'item' }));
        expect(torn.blind ?? null).toBeNull();
        expect(torn.snapshot.isComplete).toBe(true);
        expect(torn.snapshot.alarms.map(({ externalId }) => externalId).toSorted()).toEqual(
          whole.snapshot.alarms.map(({ externalId }) => externalId).toSorted(),
        );
        const unreadable = torn.snapshot.alarms.filter((alarm) => alarm.unreadableReason !== null);
        expect(unreadable).toHaveLength(1);
        expect(unreadable[0]?.severity).toBe('high');
      });
    }
    if (one.namelessItem === true) {
      test('an item without identity makes it blind, and resolves nothing', async () => {
        const { snapshot, blind } = await read(shown('a1'), shown('b2', { broken: 'identity' }));
        expect(snapshot.isComplete).toBe(false);
        expect(blind?.message).toMatch(/without identity/);
        expect(snapshot.alarms).toHaveLength(1);
      });
    }

    test.each(Object.keys(one.unproven))(
      'quiet without proof is not believed: %s',
      async (name) => {
        const lying = await one.start();
        try {
          lying.show([shown('a1')]);
          const connection = open(one, lying);
          await settled(one, connection);
          await one.unproven[name]?.(lying);
          let result: PollResult | null = null;
          try {
            result = await connection.connector.poll(never);
          } catch (error) {
            expect(error).toBeInstanceOf(SourceError);
            expect((error as SourceError).next.length).toBeGreaterThan(5);
          }
          if (result !== null) {
            expect(result.snapshot.isComplete).toBe(false);
            expect(result.blind?.message ?? '').not.toBe('');
            expect(result.blind?.next ?? '').not.toBe('');
          }
          await connection.connector.close();
        } finally {
          await lying.close();
        }
      },
    );

    test('hostile texts arrive as texts', async () => {
      const text =
        '\u0000\u202e<img src=x onerror=alert(1)> $(id) {{ 7*7 }} \ud800 \'"`; DROP TABLE';
      const alarm = await only(shown('a1', { name: `Alarm ${text}`, text }));
      expect(alarm.title).toContain('Alarm');
      expect(alarm.title.length).toBeLessThan(500);
      expect(alarm.url === null || /^https?:/.test(alarm.url)).toBe(true);
      expect(() => JSON.stringify(alarm)).not.toThrow();
    });

    test('any text of any length becomes an alarm of bounded title and summary', async () => {
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 3_000 }), async (text) => {
          const alarm = await only(shown('a1', { name: `Alarm ${text}`, text }));
          expect(alarm.title.length).toBeLessThan(400);
          expect(alarm.summary.length).toBeLessThan(1_100);
          expect(alarm.service.length).toBeLessThan(300);
        }),
        { numRuns: 8 },
      );
    });

    test('its clock is compared with ours', async () => {
      upstream.skewMs = 600_000;
      try {
        const { clockSkewMs } = await read(shown('a1'));
        // Null: this upstream does not tell its time.
        expect(Math.abs((clockSkewMs ?? 600_000) - 600_000)).toBeLessThan(5_000);
      } finally {
        upstream.skewMs = 0;
      }
    });

    test('a test of the source says what it could do', async () => {
      upstream.show([shown('a1')]);
      const connection = open1();
      const report = await connection.connector.test(never);
      expect(report.isUsable).toBe(true);
      const names = report.steps.map(({ name }) => name);
      expect(names).toContain('reach');
      expect(names).toContain('read');
      expect(report.steps.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
      await connection.connector.close();
    });

    test('a test of a source that is down says what to do', async () => {
      upstream.fault = status(503, { 'content-type': 'text/plain' }, 'down');
      const connection = open1();
      const report = await connection.connector.test(never);
      expect(report.isUsable).toBe(false);
      const failed = report.steps.filter(({ outcome }) => outcome === 'failed');
      expect(failed.length).toBeGreaterThan(0);
      for (const step of failed) expect(step.next ?? '').toMatch(/.{5,}/);
      await connection.connector.close();
    });

    const { wrongSecrets } = one;
    if (wrongSecrets !== null) {
      test('a refused login is told apart from everything else, and tells no secret', async () => {
        upstream.show([]);
        const connection = open1({ secrets: wrongSecrets });
        const error = await connection.connector.poll(never).then(
          () => null,
          (reason: unknown) => reason,
        );
        if (!(error instanceof SourceError)) throw new Error(`not refused: ${String(error)}`);
        expect(error.code).toBe('source.unauthorized');
        expect(error.isRetryable).toBe(false);
        expect(error.next).toMatch(/.{5,}/);
        const report = await connection.connector.test(never);
        expect(report.isUsable).toBe(false);
        const told = JSON.stringify([error.message, error.next, report]);
        for (const secret of Object.values(wrongSecrets)) expect(told).not.toContain(secret);
        await connection.connector.close();
      });

      test('secrets stay out of errors, whatever the upstream repeats', async () => {
        const all = Object.values(one.secrets);
        upstream.fault = (response, request) => {
          const said = `${all.join(' ')} ${JSON.stringify(request.headers)} ${request.url}`;
          response.writeHead(400, { 'content-type': 'application/json' });
          response.end(JSON.stringify({ message: said, error: said }));
        };
        const connection = open1();
        const error = await connection.connector.poll(never).then(
          () => null,
          (reason: unknown) => reason,
        );
        if (!(error instanceof SourceError)) throw new Error('the fault was not noticed');
        const report = await connection.connector.test(never);
        const told = JSON.stringify([error.message, error.next, String(error.stack), report]);
        for (const secret of all) expect(told).not.toContain(secret);
        await connection.connector.close();
      });
    }
  });
}
