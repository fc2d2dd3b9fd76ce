/**
 * How long the shell's main thread keeps windows waiting while its core polls 50,000 alarms. Polls come every five
 * seconds instead of fifteen, so that three times as much of the time measured is a poll; one window is open and asks
 * for the list after each.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { connectSources, startDesk } from '../desk.ts';
import { numberText, type Figure } from '../figure.ts';
import { startUpstream } from '../start-upstream.ts';

const rounds = 4;
const intervalMs = 5_000;
const roundMs = 15_000;

export const figure: Figure = {
  title: "p99 of the main thread's delay while 50,000 alarms are polled",
  most: 20,
  unit: 'ms',
  async measure() {
    const upstream = await startUpstream({ count: 50_000, bornAtMs: Date.now() });
    const desk = await startDesk();
    try {
      await connectSources(desk, upstream.urls, intervalMs);
      await sleep(2 * intervalMs);
      const values: number[] = [];
      const worst: number[] = [];
      let polls = 0;
      for (let round = 0; round < rounds; round += 1) {
        const before = upstream.listed.length;
        await desk.ask('delays');
        for (let passed = 0; passed < roundMs; passed += intervalMs) {
          await desk.client.alarms.list({ query: '', groupBy: 'service' });
          await sleep(intervalMs);
        }
        const { p99, max } = await desk.ask('delays');
        polls += upstream.listed.length - before;
        values.push(p99 / 1e6);
        worst.push(max / 1e6);
      }
      return {
        values,
        notes: [
          `${polls} polls of 50,000 in ${(rounds * roundMs) / 1_000} s; the longest single delay was ${numberText(Math.max(...worst))} ms`,
        ],
      };
    } finally {
      await desk.dispose();
      await upstream.stop();
    }
  },
};
