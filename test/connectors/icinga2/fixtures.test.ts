/** What several versions of Icinga 2 answer, and the one name that every write is made from. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HttpAnswer } from '../../../main/sources/http.ts';
import { icinga2Kind } from '../../../main/sources/icinga2/connector.ts';
import { bodyFor, externalIdOf, partsOf, targetOf } from '../../../main/sources/icinga2/target.ts';
import type { SourceId } from '../../../preload/contract/common.ts';
import { never } from '../../support/connectors/reading.ts';
import { standingClock } from '../../support/store.ts';

describe('icinga2 targets', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
  test('every name comes back from its identity, and a body always names exactly one object', () => {
    fc.assert(
      fc.property(name, fc.option(name, { nil: null }), (host, service) => {
        fc.pre(!host.includes('!') && host.trim() !== '');
        const full = service === null ? host : `${host}!${service}`;
        const target = targetOf(externalIdOf(full));
        const body = bodyFor(target, { author: 'a' });
        const named = ['host', 'service', 'downtime', 'type'].filter((field) => field in body);
        expect(named).toEqual([service === null ? 'host' : 'service']);
        expect(body[target.kind]).toBe(full);
        expect(partsOf(full)).toEqual({ host, service });
        // As it goes over the wire: nothing may vanish there.
        expect(JSON.parse(JSON.stringify(body))).toEqual(body);
      }),
    );
  });
});

describe('icinga2 fixtures', () => {
  const folder = join(import.meta.dirname, 'fixtures');

  test.each(readdirSync(folder))('%s is read whole', async (file) => {
    const { answers, expected } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      answers: Record<string, unknown>;
      expected: { alarms: unknown[]; version: string };
    };
    const connector = icinga2Kind.create({
      sourceId: 'prod' as SourceId,
      name: 'Prod',
      settings: icinga2Kind.settings.parse({ url: 'https://i.example.org:5665' }) as Record<
        string,
        string
      >,
      secrets: {},
      http: {
        async request({ url }): Promise<HttpAnswer> {
          const path = new URL(url).pathname.replace('/v1/', '');
          return { status: 200, headers: {}, body: answers[path], clockSkewMs: null };
        },
        close: async () => {},
      },
      clock: standingClock('2026-03-01T12:00:30.000Z'),
      memory: {},
      severityMap: {},
    });
    const { snapshot, version, blind } = await connector.poll(never);
    expect(blind).toBeNull();
    expect(version).toBe(expected.version);
    expect(snapshot.isComplete).toBe(true);
    expect(snapshot.alarms).toMatchObject(expected.alarms);
    expect(snapshot.alarms).toHaveLength(expected.alarms.length);
  });
});
