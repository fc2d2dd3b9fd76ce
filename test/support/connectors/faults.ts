/** Every fault in a row in front of one source at one desk: no alarm changes, and the words say what to do. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Freshness } from '../../../preload/contract/common.ts';
import { until } from '../prometheus-stack.ts';
import { configured, openSourceDesk, sourceId, type SourceDesk } from '../source-desk.ts';
import { faults, gzipBomb, type Answer, type FaultName } from '../upstream-faults.ts';
import type { ConnectorCase, Upstream } from './case.ts';

const limits = {
  connectMs: 1_000,
  headersMs: 400,
  bodyMs: 400,
  totalMs: 2_000,
  maxBytes: 1_000_000,
};

const expected: Partial<Record<FaultName, Freshness>> = {
  'a 401': 'unauthorized',
  'a 403': 'unauthorized',
  'a redirect to a login page elsewhere': 'unauthorized',
  'a 404': 'misconfigured',
  'a web page with status 200': 'misconfigured',
  'text instead of JSON': 'misconfigured',
  'an image': 'misconfigured',
  'another JSON than a list': 'misconfigured',
  'a null': 'misconfigured',
  'an unknown encoding': 'misconfigured',
  'a redirect in a circle': 'misconfigured',
  'a redirect to nowhere': 'misconfigured',
};

export function describeFaults(one: ConnectorCase): void {
  describe(`${one.kind.kind} faults`, () => {
    const id = sourceId('prod');
    let upstream: Upstream;
    let desk: SourceDesk;
    const strays: unknown[] = [];
    const catchStray = (error: unknown): void => void strays.push(error);

    const rows = (): unknown[] =>
      desk.store.connection.prepare('SELECT * FROM alarm ORDER BY id').all();
    const health = () => {
      const found = desk.sources.health(id);
      if (found === undefined) throw new Error('the source is not known');
      return found;
    };
    const becomes = (freshness: Freshness): Promise<unknown> =>
      until(
        `the source is ${freshness}, not ${health().freshness}: ${health().reason}`,
        () => health().freshness === freshness,
        10_000,
      );

    beforeAll(async () => {
      process.on('uncaughtExceptionMonitor', catchStray);
      upstream = await one.start();
      const since = Math.floor(Date.now() / 1_000) * 1_000 - 3_600_000;
      upstream.show(['a1', 'b2', 'c3'].map((key) => ({ key, name: `Alarm ${key}`, since })));
      desk = openSourceDesk({
        kinds: [one.kind],
        httpLimits: limits,
        sources: [],
        isStarted: false,
      });
      for (const [name, value] of Object.entries(one.secrets)) {
        await desk.secrets.set(`source/prod/${name}`, value);
      }
      desk.configure([
        configured({
          kind: one.kind.kind,
          settings: one.settings(upstream),
          intervalMs: 3_600_000,
        }),
      ]);
      desk.sources.start();
      for (let count = 1; count < (one.settlingPolls ?? 1); count += 1) {
        await until('it was polled', () => upstream.requests.length > 0);
        desk.sources.poll(id);
      }
      await becomes('live');
    });

    afterAll(async () => {
      await desk.close();
      await upstream.close();
      process.off('uncaughtExceptionMonitor', catchStray);
    });

    test('three alarms are known to begin with', () => {
      expect(rows()).toHaveLength(3);
      expect([...desk.alarms.active()]).toHaveLength(3);
    });

    const matrix: [string, Answer][] = [
      ...Object.entries(faults).filter(([name]) => !(name in (one.notFaults ?? {}))),
      ['a small body that unpacks past the limit', gzipBomb(20_000_000)],
    ];

    test.each(matrix)('%s', async (name, fault) => {
      const before = rows();
      const changes = desk.changes.length;
      upstream.fault = fault;
      desk.sources.poll(id);
      const key = name as FaultName;
      await becomes(one.expected?.[key] ?? expected[key] ?? 'unreachable');
      expect(health().reason ?? '').toMatch(/.{10,}/);
      expect(health().next ?? '').toMatch(/.{5,}/);
      for (const secret of Object.values(one.secrets))
        expect(health().reason).not.toContain(secret);
      expect(rows()).toEqual(before);
      expect(desk.changes).toHaveLength(changes);

      upstream.fault = null;
      desk.sources.poll(id);
      await becomes('live');
      expect(health().reason).toBeNull();
      expect(rows()).toEqual(before);
      expect(desk.changes).toHaveLength(changes);
      expect(strays).toEqual([]);
    });
  });
}
