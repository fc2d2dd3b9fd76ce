/**
 * One new critical alarm among 10,000 known: from the moment its list's last byte was handed to the network to the start
 * of the program that shows the notification. Parsing, reconciling, the commit to disk, the decision and the way from
 * the core to the shell are all in it.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectSources, startDesk, must, until, upstreamSources } from '../desk.ts';
import { inMs, numberText, type Figure } from '../figure.ts';
import { startUpstream } from '../start-upstream.ts';

const rounds = 5;
/** So that none of them falls into the summary of a storm. */
const pauseMs = 16_000;

export const figure: Figure = {
  title: 'one new alarm among 10,000: last byte to the notification call',
  most: 250,
  unit: 'ms',
  async measure() {
    const bornAtMs = Date.now();
    // Warnings are notices, which these settings keep silent: the new one is the only page.
    const upstream = await startUpstream({ count: 10_000, bornAtMs, severity: 'warning' });
    const desk = await startDesk();
    try {
      const { client } = desk;
      await must(
        client.settings.update({
          classBySeverity: { critical: 'page', high: 'page', warning: 'none', info: 'none' },
        }),
        'settings.update',
      );
      await connectSources(desk, upstream.urls, 3_600_000);
      await must(client.notifications.list({ limit: 1 }), 'notifications.list');
      const [source] = await upstreamSources(desk);
      const values: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        await sleep(round === 0 ? 3_000 : pauseMs);
        const before = (await desk.ask('programs')).length;
        await upstream.add({ count: 1, first: 20_000 + round, bornAtMs, severity: 'critical' });
        await client.sources.poll({ id: source?.id });
        const startedAt = await until('the notification', async () => {
          const programs = await desk.ask('programs');
          return programs[before] ?? null;
        });
        const listed = upstream.listed.findLast(({ extra }) => extra === round + 1);
        if (listed === undefined) throw new Error('the list with the new alarm was never read');
        values.push(inMs(BigInt(startedAt) - listed.at));
      }
      return {
        values,
        notes: [`the first, in a core just started: ${numberText(values[0] ?? Number.NaN)} ms`],
      };
    } finally {
      await desk.dispose();
      await upstream.stop();
    }
  },
};
