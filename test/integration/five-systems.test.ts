/**
 * One core, five real systems at once: Prometheus, Alertmanager, Icinga 2, Nagios Core and Zabbix. What is written through the
 * outbox is looked up in each of them past Nightdesk.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCore, type Core } from '../../main/core.ts';
import type { AlarmRow } from '../../preload/contract/alarms.ts';
import { connectPort, type Client, type Connection } from '../support/carriers.ts';
import {
  hasIcinga2,
  icinga2Password,
  startAgedIcinga2,
  startIcinga2,
  type Icinga2Program,
} from '../support/icinga2.ts';
import { hasNagios, nagiosPassword, startNagios, type NagiosProgram } from '../support/nagios.ts';
import {
  hasPrometheus,
  startAlertmanager,
  startPrometheus,
  until,
  type AlertmanagerProgram,
} from '../support/prometheus-stack.ts';
import { createRecordingPowers } from '../support/recording-powers.ts';
import { startFaultyProxy } from '../support/upstream-faults.ts';
import { hasZabbix, startZabbix, type ZabbixProgram } from '../support/zabbix.ts';

const hour = 3_600_000;
type Ids = Readonly<Record<string, readonly string[]>>;

async function addZabbixHost(zabbix: ZabbixProgram): Promise<string> {
  const first = (ids: Ids): string => Object.values(ids)[0]?.[0] ?? '';
  const hostid = first(
    await zabbix.ask<Ids>('host.create', { host: 'zhost', groups: [{ groupid: '2' }] }),
  );
  await zabbix.ask('item.create', { name: 'load', key_: 'load', hostid, type: 2, value_type: 3 });
  await zabbix.ask('trigger.create', {
    description: 'ZabbixLoad',
    expression: 'last(/zhost/load)>10',
    priority: 4,
  });
  const tokenid = first(await zabbix.ask<Ids>('token.create', { name: 'desk' }));
  const [{ token }] = await zabbix.ask<[{ token: string }]>('token.generate', [tokenid]);
  await zabbix.send('zhost', 'load', 95);
  return token;
}

describe.skipIf(!hasPrometheus || !hasIcinga2 || !hasNagios || !hasZabbix)(
  'five real systems at one desk',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'nightdesk-five-'));
    const closers: (() => unknown)[] = [() => rmSync(folder, { recursive: true })];
    let alertmanager: AlertmanagerProgram;
    let icinga: Icinga2Program;
    let nagios: NagiosProgram;
    let zabbix: ZabbixProgram;
    let core: Core;
    let connection: Connection;
    let client: Client;

    beforeAll(async () => {
      const later = <Thing extends { remove(): Promise<unknown> }>(thing: Thing): Thing => {
        closers.push(() => thing.remove());
        return thing;
      };
      [alertmanager, icinga, nagios, zabbix] = await Promise.all([
        startAlertmanager().then(later),
        startIcinga2([{ name: 'ihost', services: { disk: 1 } }]).then(later),
        startNagios({ hosts: [{ name: 'nhost', services: ['HTTP'] }] }).then(later),
        startZabbix().then(later),
      ]);
      const prometheus = later(await startPrometheus({ alertmanagers: [alertmanager] }));
      // Said to be up for long, so that a test need not wait for the minute after a start.
      const [rules, alerts, aged] = await Promise.all([
        startFaultyProxy(prometheus.url),
        startFaultyProxy(alertmanager.url),
        startAgedIcinga2(icinga),
      ]);
      rules.olderMs = hour;
      alerts.olderMs = hour;
      closers.push(
        () => rules.close(),
        () => alerts.close(),
        () => aged.close(),
      );
      await icinga.found('ihost', 0, 'up');
      await icinga.found('ihost!disk', 2, 'disk is full');
      await nagios.found('nhost', null, 0, 'up');
      await nagios.found('nhost', 'HTTP', 2, 'HTTP is down');
      const token = await addZabbixHost(zabbix);
      await until(
        'Prometheus told its Alertmanager',
        async () => (await alertmanager.alerts()).length >= 3,
      );

      const source = (id: string, kind: string, settings: object): object => ({
        id,
        kind,
        name: id,
        intervalMs: 5_000,
        settings,
      });
      const configFile = join(folder, 'nightdesk.json');
      writeFileSync(
        configFile,
        JSON.stringify({
          person: 'alice',
          hasChosenStart: true,
          sources: [
            source('prometheus', 'prometheus', { url: rules.url }),
            source('alertmanager', 'alertmanager', { urls: [alerts.url] }),
            source('icinga', 'icinga2', { url: aged.url, user: 'desk' }),
            source('nagios', 'nagios', { url: `${nagios.url}/`, login: 'basic', user: 'admin' }),
            source('zabbix', 'zabbix', { url: zabbix.url, login: 'token' }),
          ],
        }),
      );
      const powers = createRecordingPowers();
      await powers.secrets.set('source/icinga/password', icinga2Password);
      await powers.secrets.set('source/nagios/password', nagiosPassword);
      await powers.secrets.set('source/zabbix/token', token);
      core = await createCore({
        version: '0.0.0',
        dataFolder: join(folder, 'data'),
        configFile,
        powers,
        starterRunbooks: folder,
        drill: null,
      });
      const { port1, port2 } = new MessageChannel();
      core.connect(port1);
      connection = connectPort(port2);
      ({ client } = connection);
    }, 180_000);

    afterAll(async () => {
      connection.close();
      await core.stop();
      for (const close of closers.toReversed()) await close();
    });

    const rows = async (): Promise<AlarmRow[]> => {
      const { ids } = await client.alarms.list({ query: '', groupBy: 'none' });
      return client.alarms.rows({ ids });
    };
    const row = (title: string): Promise<AlarmRow> =>
      until(`${title} is listed`, async () =>
        (await rows()).find((one) => one.title.includes(title)),
      );
    const shows = (title: string, status: AlarmRow['status']): Promise<unknown> =>
      until(`${title} is ${status}`, async () => {
        const found = await row(title);
        if (found.status === status) return true;
        throw new Error(found.status);
      });
    const services = async (): Promise<Record<string, unknown> | undefined> =>
      (await icinga.objects('services')).get('ihost!disk');
    const nagiosService = async (): Promise<Record<string, unknown>> =>
      (
        (await nagios.ask('statusjson.cgi', {
          query: 'service',
          hostname: 'nhost',
          servicedescription: 'HTTP',
        })) as { data: { service: Record<string, unknown> } }
      ).data.service;
    const zabbixProblem = async (): Promise<Record<string, unknown> | undefined> =>
      (
        await zabbix.ask<Record<string, unknown>[]>('problem.get', {
          selectAcknowledges: 'extend',
          selectSuppressionData: 'extend',
          suppressed: null,
        })
      ).find(({ name }) => name === 'ZabbixLoad');
    const written = ['CheckoutErrorRate', 'Checkout fails', 'disk', 'HTTP', 'ZabbixLoad'];

    test('all of them are live, and what fires in each is listed', async () => {
      await until('five are live', async () => {
        const sources = await client.sources.list({});
        const blind = sources.filter(({ freshness }) => freshness !== 'live');
        if (sources.length === 5 && blind.length === 0) return true;
        throw new Error(blind.map(({ id, problem }) => `${id}: ${problem?.message}`).join('\n'));
      });
      for (const title of written.slice(1)) expect((await row(title)).status).toBe('firing');
      // Prometheus and its Alertmanager see the same condition: one row with two origins.
      const checkout = (await rows()).filter(({ title }) => title.includes('Checkout fails'));
      expect(checkout).toHaveLength(1);
      expect(checkout[0]?.origins.map(({ sourceId }) => sourceId).toSorted()).toEqual([
        'alertmanager',
        'prometheus',
      ]);
    });

    test('an acknowledgement of all arrives in each that knows one', async () => {
      const ids = await Promise.all(written.slice(1).map(async (title) => (await row(title)).id));
      const answer = await client.alarms.acknowledge({ ids, note: 'looking' });
      expect(answer.refused).toEqual([]);
      for (const title of written.slice(1)) await shows(title, 'acknowledged');
      const silences = await alertmanager.silences();
      expect(silences.map(({ comment, createdBy }) => [comment, createdBy])).toContainEqual([
        'ACK! looking [nightdesk]',
        'alice',
      ]);
      expect((await services())?.['acknowledgement']).toBe(1);
      expect((await nagiosService())['problem_has_been_acknowledged']).toBe(true);
      expect((await zabbixProblem())?.['acknowledged']).toBe('1');
    });

    test('a comment arrives in each that takes one', async () => {
      for (const title of ['disk', 'HTTP', 'ZabbixLoad']) {
        await client.alarms.comment({ id: (await row(title)).id, text: `seen ${title}` });
      }
      await until('Icinga has it', async () =>
        [...(await icinga.objects('comments')).values()].some(({ text }) =>
          String(text).includes('seen disk'),
        ),
      );
      await until('Nagios has it', async () =>
        JSON.stringify(
          await nagios.ask('statusjson.cgi', { query: 'commentlist', details: 'true' }),
        ).includes('seen HTTP'),
      );
      await until('Zabbix has it', async () =>
        JSON.stringify(await zabbixProblem()).includes('seen ZabbixLoad'),
      );
      expect(JSON.stringify(await zabbixProblem())).not.toContain('seen disk');
    });

    test('a silence or downtime arrives in each, and hides what it names', async () => {
      for (const title of written.slice(1)) {
        const { id, sourceId, origins } = await row(title);
        // Of two origins, the one that knows silences.
        const origin = origins.find((one) => one.sourceId === 'alertmanager');
        const alarmId = origin?.alarmId ?? id;
        const preview = await client.alarms.previewSilence({ id: alarmId, durationMs: 2 * hour });
        await client.alarms.silence({
          alarmId,
          sourceId: origin?.sourceId ?? sourceId,
          matchers: preview.matchers,
          durationMs: 2 * hour,
          comment: `window ${title}`,
        });
      }
      await until('Alertmanager has it', async () =>
        (await alertmanager.silences()).some(({ comment }) => comment.includes('window Checkout')),
      );
      await until(
        'Icinga has it',
        async () => Number((await services())?.['downtime_depth'] ?? 0) > 0,
      );
      await until(
        'Nagios has it',
        async () => Number((await nagiosService())['scheduled_downtime_depth'] ?? 0) > 0,
      );
      await until(
        'Zabbix has it',
        async () => (await zabbix.ask<unknown[]>('maintenance.get', {})).length > 0,
      );
      for (const title of ['disk', 'HTTP']) await shows(title, 'suppressed');
      const listed = await until('all are listed', async () => {
        const { silences } = await client.silences.list({});
        const found = silences.filter(({ comment }) => comment.includes('window '));
        return found.length === 4 ? found : null;
      });
      expect(listed.map(({ sourceId }) => sourceId).toSorted()).toEqual([
        'alertmanager',
        'icinga',
        'nagios',
        'zabbix',
      ]);
    });

    test('nothing is left in the outbox, and nothing failed', async () => {
      const settled = await until('the outbox is done', async () => {
        const all = await client.outbox.list({ limit: 100 });
        const open = all.filter(({ state }) => ['queued', 'sent', 'failed'].includes(state));
        if (open.length === 0) return all;
        throw new Error(
          open.map(({ title, state, error }) => `${title} ${state} ${error}`).join('\n'),
        );
      });
      expect(settled.every(({ state }) => state === 'confirmed')).toBe(true);
    });
  },
);
