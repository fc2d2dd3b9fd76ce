/** A drill as the connector and the store see it: real requests to the simulator, real rows. */
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDrill, type Drill } from '../../main/drill/drill-service.ts';
import { openTestStore, standingClock, type TestStore } from '../support/store.ts';

const runbooks = fileURLToPath(new URL('../../main/drill/runbooks', import.meta.url));
const minute = 60_000;
let clock: ReturnType<typeof standingClock>;
let store: TestStore;
let drill: Drill;
let told: number;

async function start(factor = 1): Promise<void> {
  drill = await createDrill({ clock, factor, runbooks, db: store.db, onChanged: () => told++ });
}
beforeEach(async () => {
  clock = standingClock('2026-11-24T04:00:00.000Z');
  store = openTestStore();
  told = 0;
  store.db
    .write(`INSERT INTO source (id, kind, name) VALUES ('drill', 'alertmanager', 'Drill')`)
    .run({});
  await start();
});
afterEach(async () => {
  await drill.stop();
  store.close();
});

interface Alert {
  labels: Record<string, string>;
  startsAt: string;
  endsAt: string;
  status: { state: string; silencedBy: string[]; inhibitedBy: string[] };
}
const url = (): string => String((drill.source.settings['urls'] as string[])[0]);
const alerts = async (): Promise<Alert[]> =>
  (await (await fetch(`${url()}/api/v2/alerts`)).json()) as Alert[];
const named = async (name: string): Promise<Alert | undefined> =>
  (await alerts()).find(({ labels }) => labels['alertname'] === name);
const now = (): string => new Date(clock.now()).toISOString();
const run = (sql: string): unknown => store.connection.exec(sql);

const openIncident = (): unknown =>
  run(
    `INSERT INTO incident (title, severity, impact, created_at) VALUES ('I', 'major', 'no pay', '${now()}')`,
  );
const setIncident = (column: string): unknown => run(`UPDATE incident SET ${column} = '${now()}'`);

describe('a drill', () => {
  test('is a source like any other, which proves that it is alive', async () => {
    expect(drill.source).toMatchObject({ id: 'drill', kind: 'alertmanager' });
    expect(drill.runbookFolder).toBe(runbooks);
    expect((await alerts()).map(({ labels }) => labels['alertname'] ?? '').toSorted()).toEqual([
      'CertificateExpiresSoon',
      'DiskFillingUp',
      'Watchdog',
    ]);
    const status = (await (await fetch(`${url()}/api/v2/status`)).json()) as { uptime: string };
    expect(Date.parse(status.uptime)).toBeLessThan(clock.now() - minute);
    expect((await named('DiskFillingUp'))?.startsAt).toBe('2026-11-24T03:22:00.000Z');
  });

  test('the outage unfolds with the time, and alerts keep their start while their end moves on', async () => {
    clock.move(2 * minute);
    const first = await named('CheckoutErrorRateHigh');
    expect(first?.startsAt).toBe('2026-11-24T04:01:30.000Z');
    clock.move(5 * minute);
    const second = await named('CheckoutErrorRateHigh');
    expect(second?.startsAt).toBe(first?.startsAt);
    expect(Date.parse(second!.endsAt) - Date.parse(first!.endsAt)).toBe(5 * minute);
    expect(await alerts()).toHaveLength(12);
    expect((await named('CheckoutErrorBudgetBurn'))?.status).toMatchObject({
      state: 'suppressed',
      silencedBy: [],
    });
  });

  test('goes on while the laptop sleeps, and is whole at the first look afterwards', async () => {
    await alerts();
    clock.move(30 * minute);
    expect(await alerts()).toHaveLength(12);
  });

  test('a factor plays it faster, but not what was there before', async () => {
    await drill.stop();
    await start(60);
    clock.move(7_000);
    expect(await alerts()).toHaveLength(12);
    expect((await named('DiskFillingUp'))?.startsAt).toBe('2026-11-24T03:22:00.000Z');
    expect((await named('CheckoutErrorRateHigh'))?.startsAt).toBe('2026-11-24T04:00:01.500Z');
    expect(drill.state()).toMatchObject({ factor: 60, minute: 7 });
  });

  test('a silence holds the alarm as the real one would', async () => {
    clock.move(2 * minute);
    const response = await fetch(`${url()}/api/v2/silences`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        matchers: [{ name: 'alertname', value: 'CheckoutErrorRateHigh', isRegex: false }],
        startsAt: now(),
        endsAt: new Date(clock.now() + 20 * minute).toISOString(),
        createdBy: 'you',
        comment: 'ACK! looking [nightdesk]',
      }),
    });
    const { silenceID } = (await response.json()) as { silenceID: string };
    expect((await named('CheckoutErrorRateHigh'))?.status).toMatchObject({
      state: 'suppressed',
      silencedBy: [silenceID],
    });
  });

  test('marking the incident as mitigated is the rollback: the outage mends, the rest stays', async () => {
    clock.move(7 * minute);
    openIncident();
    expect(await alerts()).toHaveLength(12);
    setIncident('mitigated_at');
    clock.move(2.2 * minute);
    expect(await named('CheckoutErrorRateHigh')).toBeUndefined();
    expect(await named('PaymentQueueNotDraining')).toBeDefined();
    clock.move(5 * minute);
    expect(await alerts()).toHaveLength(3);
    expect(drill.state()).toMatchObject({ isRunning: true, isFinished: false, debrief: null });
  });

  test('taking the mitigation back brings the outage back', async () => {
    clock.move(7 * minute);
    openIncident();
    setIncident('mitigated_at');
    clock.move(10 * minute);
    expect(await alerts()).toHaveLength(3);
    run('UPDATE incident SET mitigated_at = NULL');
    expect(await named('CheckoutErrorRateHigh')).toBeDefined();
  });

  test('ends with the incident resolved, and tells the times and what was done', async () => {
    clock.move(2 * minute);
    run(`INSERT INTO intent (id, kind, state, source_id, title, payload, created_at, changed_at)
         VALUES ('i', 'acknowledge', 'confirmed', 'drill', '', '{}', '${now()}', '${now()}')`);
    openIncident();
    clock.move(3 * minute);
    run(`INSERT INTO run (id, runbook_id, folder, path, title, summary, steps, context, started_at)
         VALUES (1, 1, '', '', '', '{}', '[]', '{}', '${now()}')`);
    run(
      `INSERT INTO run_step (run_id, step_id, state, text, number, at) VALUES (1, 's', 'done', '', 1, '${now()}')`,
    );
    clock.move(minute);
    setIncident('mitigated_at');
    clock.move(10 * minute);
    setIncident('resolved_at');
    const state = drill.state();
    expect(state).toMatchObject({ isRunning: false, isFinished: true });
    expect(state.debrief).toMatchObject({
      toAcknowledgeMs: minute / 2,
      toMitigateMs: 4.5 * minute,
      toResolveMs: 14.5 * minute,
      stepsDone: 1,
    });
    expect(state.debrief?.remarks.join(' ')).toContain('postmortem waits');
  });

  test('what is done about another alarm neither stops the outage nor counts for it', async () => {
    const aboutAlarm = (id: number, name: string): void => {
      run(
        `INSERT INTO alarm (id, source_id, external_id, status, severity, is_severity_mapped, title, summary, service,
           labels, annotations, starts_at, status_since, first_seen_at, changed_at)
         VALUES (${id}, 'drill', 'e${id}', 'firing', 'info', 1, 'T', '', 's', '{"alertname":"${name}"}', '{}',
           '${now()}', '${now()}', '${now()}', '${now()}')`,
      );
      run(`INSERT INTO intent (id, kind, state, source_id, alarm_id, title, payload, created_at, changed_at)
           VALUES ('i${id}', 'acknowledge', 'confirmed', 'drill', ${id}, '', '{}', '${now()}', '${now()}')`);
      run(
        `INSERT INTO incident (id, title, created_at, mitigated_at) VALUES (${id}, 'I', '${now()}', '${now()}')`,
      );
      run(`INSERT INTO incident_alarm (incident_id, alarm_id, joined_at, reason)
           VALUES (${id}, ${id}, '${now()}', 'chosen')`);
    };
    clock.move(7 * minute);
    aboutAlarm(1, 'CertificateExpiresSoon');
    clock.move(5 * minute);
    expect(await named('CheckoutErrorRateHigh')).toBeDefined();
    clock.move(50 * minute);
    expect(drill.state().debrief).toMatchObject({ toAcknowledgeMs: null, toMitigateMs: null });
    aboutAlarm(2, 'CheckoutErrorRateHigh');
    expect(drill.state().debrief?.toAcknowledgeMs).toBe(60.5 * minute);
    // After the rescue there was nothing left to mitigate.
    expect(drill.state().debrief?.toMitigateMs).toBeNull();
  });

  test('resolving too early is seen and said', () => {
    clock.move(7 * minute);
    openIncident();
    setIncident('resolved_at');
    expect(drill.state().debrief?.remarks.join(' ')).toContain('Resolved while 9 alarms');
  });

  test('a night on which nobody does anything ends too', async () => {
    clock.move(45.5 * minute);
    expect(drill.state().isFinished).toBe(false);
    clock.move(10 * minute);
    expect(await alerts()).toHaveLength(3);
    expect(drill.state().isFinished).toBe(true);
    expect(drill.state().debrief?.remarks.join(' ')).toContain('a colleague rolled');
  });

  test('an earlier drill in the same folder does not count', async () => {
    openIncident();
    setIncident('mitigated_at');
    setIncident('resolved_at');
    await drill.stop();
    clock.move(60 * minute);
    await start();
    clock.move(2 * minute);
    expect(await named('CheckoutErrorRateHigh')).toBeDefined();
    expect(drill.state().isFinished).toBe(false);
  });

  test('tells when its state is worth asking for', async () => {
    await expect.poll(() => told, { timeout: 3_000 }).toBe(1);
    clock.move(minute);
    await expect.poll(() => told, { timeout: 3_000 }).toBe(2);
  });
});

describe('the simulator', () => {
  test('speaks to nobody who calls it by another name', async () => {
    const { request } = await import('node:http');
    const status = await new Promise((resolve, reject) => {
      request(`${url()}/api/v2/alerts`, { headers: { host: 'attacker.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .once('error', reject)
        .end();
    });
    expect(status).toBe(403);
  });
});
