/**
 * From the runtime being up (before a line of the product ran) to a list of 10,000 stored alarms answered over a socket,
 * with its upstream gone: what a person gets who opens the laptop in a tunnel.
 */
import { connectSources, startDesk } from '../desk.ts';
import { inMs, numberText, type Figure } from '../figure.ts';
import { startUpstream } from '../start-upstream.ts';

const rounds = 7;

export const figure: Figure = {
  title: 'start to usable list with 10,000 stored alarms',
  most: 1,
  unit: 's',
  async measure() {
    const upstream = await startUpstream({ count: 10_000, bornAtMs: Date.now() });
    const first = await startDesk();
    try {
      await connectSources(first, upstream.urls, 15_000);
      await first.stop();
      await upstream.stop();
      const values: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const desk = await startDesk(first.folder);
        const { ids, rows } = await desk.client.alarms.list({ query: '', groupBy: 'service' });
        const atMs = inMs(process.hrtime.bigint() - BigInt(await desk.ask('beganAt')));
        if (ids.length < 10_000 || rows.length === 0) throw new Error(`only ${ids.length} alarms`);
        values.push(atMs / 1_000);
        await desk.stop();
      }
      return {
        values,
        notes: [
          `the core's own way to the list; the first start after the data was written: ${numberText(values[0] ?? Number.NaN)} s`,
        ],
      };
    } finally {
      await first.dispose();
    }
  },
};
