/** What the desk costs a quiet night: eight sources with 10,000 alarms in all polled every 30 s, one window open, nothing changing. */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectSources, must, startDesk } from '../desk.ts';
import type { Figure } from '../figure.ts';
import { startUpstream } from '../start-upstream.ts';

const intervalMs = 30_000;
const rounds = 4;
const perSource = 1_250;

export const figure: Figure = {
  title: 'idle CPU with 8 sources and 10,000 alarms polled every 30 s, of one core',
  most: 1,
  unit: '%',
  async measure() {
    const bornAtMs = Date.now();
    const upstream = await startUpstream(
      ...Array.from({ length: 8 }, (_, index) => ({
        count: perSource,
        first: index * perSource,
        bornAtMs,
      })),
    );
    const desk = await startDesk();
    try {
      await connectSources(desk, upstream.urls, intervalMs);
      const watching = await must(desk.client.desk.watch({}), 'desk.watch');
      let events = 0;
      const reading = (async () => {
        for await (const _ of watching) events += 1;
      })().catch(() => {});
      await sleep(intervalMs);
      const values: number[] = [];
      const polledBefore = upstream.listed.length;
      const eventsBefore = events;
      for (let round = 0; round < rounds; round += 1) {
        const [from, cpu] = [performance.now(), await desk.ask('cpu')];
        await sleep(intervalMs);
        const usedMs = ((await desk.ask('cpu')) - cpu) / 1_000;
        values.push((usedMs / (performance.now() - from)) * 100);
      }
      const note = `${upstream.listed.length - polledBefore} polls of ${perSource} alarms and ${events - eventsBefore} events to the window in ${(rounds * intervalMs) / 1_000} s, all threads of the process`;
      await watching.return(undefined);
      await reading;
      return { values, notes: [note] };
    } finally {
      await desk.dispose();
      await upstream.stop();
    }
  },
};
