/** The request that acknowledges 10,000 alarms: stored as intents, on disk, and answered. */
import { connectSources, must, startDesk } from '../desk.ts';
import { type Figure } from '../figure.ts';
import { startUpstream } from '../start-upstream.ts';

export const figure: Figure = {
  title: 'bulk acknowledgement of 10,000 alarms, asked and answered',
  most: 100,
  unit: 'ms',
  async measure() {
    const values: number[] = [];
    const notes: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const upstream = await startUpstream({ count: 10_000, bornAtMs: Date.now() });
      const desk = await startDesk();
      try {
        await connectSources(desk, upstream.urls, 3_600_000);
        const { ids } = await desk.client.alarms.list({ query: '', groupBy: 'service' });
        const from = performance.now();
        const { intents, refused } = await must(
          desk.client.alarms.acknowledge({ ids, note: '' }),
          'alarms.acknowledge',
        );
        values.push(performance.now() - from);
        notes.push(`${ids.length} alarms: ${intents} intents, ${refused.length} refused`);
      } finally {
        await desk.dispose();
        await upstream.stop();
      }
    }
    return { values, notes: [...new Set(notes)] };
  },
};
