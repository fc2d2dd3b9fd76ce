import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NagiosApi } from '../../../main/sources/nagios/api.ts';
import { patternOf, refusalOf } from '../../../main/sources/nagios/commands.ts';
import {
  Envelope,
  hasTurned,
  identityOf,
  narrowed,
  Problem,
  ServiceList,
  type WireAlert,
} from '../../../main/sources/nagios/parse.ts';
import { passedEpisodes } from '../../../main/sources/nagios/passed.ts';
import type { Reading } from '../../../main/sources/nagios/reading.ts';
import { createRestartGuard } from '../../../main/sources/nagios/restart.ts';
import { targetOf } from '../../../main/sources/nagios/target.ts';
import { toAlarm } from '../../../main/sources/nagios/to-alarm.ts';

const mapping = {
  base: 'https://nagios.example.org/nagios4/cgi-bin/',
  isMutedSuppressed: false,
  customVariables: ['team', 'HOST'],
  severityMap: {},
};
const about = {
  ackedBy: null,
  isInhibited: false,
  isHostInDowntime: false,
  hasTurned: false,
  definition: null,
};
const details = {
  status: 'critical',
  plugin_output: 'gone',
  long_plugin_output: '',
  last_state_change: 2_000_000,
  last_time_ok: 1_000_000,
  state_type: 'hard' as const,
  problem_has_been_acknowledged: false,
  scheduled_downtime_depth: 0,
  notifications_enabled: true,
  is_flapping: false,
};

describe('a service in trouble', () => {
  const fixture = readFileSync(
    new URL('../../connectors/nagios/fixtures/4.4-servicelist.json', import.meta.url),
    'utf8',
  );

  test('reads as 4.4 writes it; the nameless one has no identity', () => {
    const { data } = Envelope.parse(JSON.parse(fixture));
    const list = ServiceList.parse(data).servicelist['web1'] ?? {};
    const raws = Object.entries(list).map(([service, raw]) => ({
      host: 'web1',
      service,
      details: narrowed(raw),
      about: { ...about, hasTurned: hasTurned(raw) },
    }));
    expect(raws.map(identityOf)).toEqual(['nagios:1:web1;Disk /', null]);
    const alarm = toAlarm(Problem.parse(raws[0]), mapping);
    expect(alarm).toMatchObject({
      status: 'acknowledged',
      severity: 'critical',
      // It was a warning first: the trouble is older than its last change.
      startsAt: new Date(1_795_628_500_000).toISOString(),
      url: 'https://nagios.example.org/nagios4/cgi-bin/extinfo.cgi?type=2&host=web1&service=Disk+%2F',
      refs: { host: 'web1', service: 'Disk /' },
    });
  });

  test.each([
    ['a downtime', { details: { scheduled_downtime_depth: 1 } }, 'suppressed'],
    ["its host's downtime", { about: { isHostInDowntime: true } }, 'suppressed'],
    ['a dead host', { about: { isInhibited: true } }, 'suppressed'],
    ['an acknowledgement', { details: { problem_has_been_acknowledged: true } }, 'acknowledged'],
    [
      'both',
      { details: { problem_has_been_acknowledged: true, scheduled_downtime_depth: 2 } },
      'suppressed',
    ],
    ['notifications off', { details: { notifications_enabled: false } }, 'firing'],
  ])('its status follows %s', (_name, more, status) => {
    const problem = {
      host: 'h',
      service: 's',
      details: { ...details, ...('details' in more ? more.details : {}) },
      about: { ...about, ...('about' in more ? more.about : {}) },
    };
    expect(toAlarm(problem, mapping).status).toBe(status);
  });

  test('only chosen custom variables become labels, and none hides host or service', () => {
    const definition = {
      display_name: '',
      alias: '',
      address: '',
      notes: '',
      notes_url: '',
      parent_hosts: [],
      custom_variables: { TEAM: 'shop', HOST: 'liar', SNMP_PASSWORD: 'secret' },
    };
    const alarm = toAlarm(
      { host: 'h', service: 's', details, about: { ...about, definition } },
      mapping,
    );
    expect(alarm.labels).toEqual({ alertname: 's', host: 'h', service: 's', team: 'shop' });
    expect(JSON.stringify(alarm)).not.toContain('secret');
  });

  test('its start never moves later while the trouble lasts, however it turns', () => {
    const states = fc.array(fc.constantFrom('warning', 'critical', 'unknown'), {
      minLength: 1,
      maxLength: 30,
    });
    fc.assert(
      fc.property(states, fc.boolean(), (turns, isOld) => {
        let start = Number.POSITIVE_INFINITY;
        const seen: Record<string, number> = {};
        let changed = 0;
        for (const [index, status] of turns.entries()) {
          const now = 10_000_000 + index * 60_000;
          if (index === 0 || turns[index - 1] !== status) changed = now;
          // 4.4 writes down the check that found something else; others the last that found the same.
          const noted = isOld ? turns[index - 1] : status;
          if (noted !== undefined) seen[`last_time_${noted}`] = now;
          const fine = isOld ? 10_000_000 : 9_940_000;
          const raw = {
            ...details,
            ...seen,
            status,
            last_state_change: changed,
            last_time_ok: fine,
          };
          const problem = {
            host: 'h',
            service: 's',
            details: raw,
            about: { ...about, hasTurned: hasTurned(raw) },
          };
          const at = Date.parse(toAlarm(problem, mapping).startsAt);
          expect(at).toBeLessThanOrEqual(start);
          start = at;
        }
      }),
    );
  });
});

describe('commands', () => {
  const march = Date.parse('2026-03-04T10:00:00Z');
  test.each([
    ['03-04-2026 10:00:00', '%m-%d-%Y %H:%M:%S'],
    ['04-03-2026 10:00:00', '%d-%m-%Y %H:%M:%S'],
    ['2026-03-04 10:00:00', '%Y-%m-%d %H:%M:%S'],
    ['2026-03-04T10:00:00', '%Y-%m-%dT%H:%M:%S'],
    ['Wed Mar 4', null],
    ['', null],
  ])('the form that shows %s is imitated', (sample, pattern) => {
    expect(patternOf(sample, march)).toBe(pattern);
  });

  test.each([
    ['It appears as though you do not have permission to submit', /may only read/],
    ['Sorry, but you are not authorized to commit the specified command.', /takes no such command/],
    ['Error: Invalid or missing CSRF cookie!', /refused the form/],
    ["<DIV CLASS='errorMessage'>Start or end time not valid</DIV>", /Start or end time not valid/],
    ['', /did not take the command/],
  ])('a page that says %j is a refusal', (page, message) => {
    expect(refusalOf(page, 'nagios.example.org')?.message).toMatch(message);
  });

  test('only one page is none', () => {
    const page = 'Your command request was successfully submitted to Nagios for processing.';
    expect(refusalOf(page, 'nagios.example.org')).toBeNull();
  });

  const matcher = (name: string, value: string, more = {}) => ({
    name,
    value,
    isEqual: true,
    isRegex: false,
    ...more,
  });
  test.each([
    [[matcher('host', 'a')], { host: 'a', service: null }],
    [[matcher('service', 's'), matcher('host', 'a')], { host: 'a', service: 's' }],
    [[], null],
    [[matcher('service', 's')], null],
    [[matcher('host', '')], null],
    [[matcher('host', 'a'), matcher('team', 'x')], null],
    [[matcher('host', 'a.*', { isRegex: true })], null],
    [[matcher('host', 'a', { isEqual: false })], null],
    [[matcher('host', 'a'), matcher('host', 'b')], null],
  ])('a downtime is for one object, or for none', (matchers, target) => {
    expect(targetOf(matchers)).toEqual(target);
  });
});

describe('what passed', () => {
  const alert = (at: number, state: string, description = 's'): WireAlert => ({
    timestamp: at * 1_000,
    object_type: 'service',
    host_name: 'h',
    description,
    state,
    plugin_output: state,
  });
  const map = (problem: Problem) => toAlarm(problem, mapping);

  test.each([
    ['fired and cleared', [alert(1, 'warning'), alert(2, 'ok')], 1],
    ['still firing', [alert(1, 'critical')], 0],
    ['began before', [alert(2, 'ok')], 0],
    ['twice', [alert(1, 'unknown'), alert(2, 'ok'), alert(3, 'critical'), alert(4, 'ok')], 2],
    ['another kind in between', [alert(1, 'warning'), alert(2, 'critical'), alert(3, 'ok')], 1],
    ['two services', [alert(1, 'warning', 'a'), alert(2, 'ok', 'b')], 0],
  ])('%s', (_name, alerts, count) => {
    const { episodes } = passedEpisodes(alerts, map);
    expect(episodes).toHaveLength(count);
    for (const { alarm, endedAt } of episodes) {
      expect(Date.parse(endedAt)).toBeGreaterThanOrEqual(Date.parse(alarm.startsAt));
    }
  });

  test('an episode is remembered by its worst, and by its first moment', () => {
    const [one] = passedEpisodes(
      [alert(1, 'warning'), alert(2, 'critical'), alert(3, 'warning'), alert(4, 'ok')],
      map,
    ).episodes;
    expect(one?.alarm.severity).toBe('critical');
    expect(one?.alarm.startsAt).toBe('1970-01-01T00:00:01.000Z');
  });

  test('names that the server cannot write are counted, not merged', () => {
    const alerts = [alert(1, 'critical', ''), alert(2, 'ok', '')];
    expect(passedEpisodes(alerts, map)).toEqual({ episodes: [], nameless: 2 });
  });
});

describe('after a new start of Nagios', () => {
  const signal = new AbortController().signal;
  const reading = (startMs: number, pending: number, services: readonly string[]): Reading => ({
    problems: services.map((service) => ({ host: 'h', service, details, about })),
    lost: 0,
    pending,
    told: {
      queryTimeMs: startMs + 60_000,
      programStartMs: startMs,
      updatedMs: startMs,
      clockSkewMs: 0,
    },
  });
  const api = (unchecked: readonly string[]): NagiosApi =>
    ({
      unchecked: () => Promise.resolve(new Set(unchecked.map((name) => `nagios:1:h;${name}`))),
    }) as unknown as NagiosApi;

  test('what it has not checked again stays, what it has goes', async () => {
    const restarts = createRestartGuard({});
    await restarts.guard(api([]), reading(1_000, 0, ['a', 'b']), signal);
    const after = await restarts.guard(api(['a']), reading(9_000, 1, []), signal);
    expect(after.problems.map(({ service }) => service)).toEqual(['a']);
    expect(after).toMatchObject({ remembered: 1, incompleteReason: null });
    const checked = await restarts.guard(api([]), reading(9_000, 0, []), signal);
    expect(checked.problems).toEqual([]);
  });

  test('met by a new run of Nightdesk, nothing is believed gone until as much is checked as before', async () => {
    const first = createRestartGuard({});
    await first.guard(api([]), reading(1_000, 2, ['a']), signal);
    const second = createRestartGuard({ ...first.memory() });
    const early = await second.guard(api(['a']), reading(9_000, 3, []), signal);
    expect(early.incompleteReason).toMatch(/has not checked 1 hosts and services yet/);
    const late = await second.guard(api([]), reading(9_000, 2, []), signal);
    expect(late.incompleteReason).toBeNull();
  });

  test.each([{}, { programStartMs: 'x', pending: null }, { pending: -1 }])(
    'any memory is taken: %j',
    async (memory) => {
      const restarts = createRestartGuard(memory);
      const { incompleteReason } = await restarts.guard(api([]), reading(1_000, 2, []), signal);
      expect(incompleteReason).toBeNull();
      expect(restarts.memory()).toEqual({ programStartMs: 1_000, pending: 2 });
    },
  );
});
