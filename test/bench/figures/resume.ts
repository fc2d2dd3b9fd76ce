/**
 * After a sleep: eight sources, of which two accept connections and never answer, as behind a VPN that is not up yet. The
 * process is stopped as a laptop's lid would stop it and let go on, and the time is taken until each source has a new
 * complete answer or is shown as one that cannot be seen.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { allLive, connectSources, startDesk, until, upstreamSources } from '../desk.ts';
import { numberText, type Figure } from '../figure.ts';
import { startUpstream } from '../start-upstream.ts';

const rounds = 3;
const asleepMs = 20_000;
const behindVpn = [2, 5];

export const figure: Figure = {
  title: 'after resume, every source polled or marked',
  most: 15,
  unit: 's',
  async measure() {
    const bornAtMs = Date.now();
    const upstream = await startUpstream(
      ...Array.from({ length: 8 }, (_, index) => ({ count: 50, first: index * 50, bornAtMs })),
    );
    const { urls } = upstream;
    const values: number[] = [];
    const notes: string[] = [];
    try {
      const desk = await startDesk();
      try {
        await connectSources(desk, urls, 60_000);
        for (let round = 0; round < rounds; round += 1) {
          desk.process.kill('SIGSTOP');
          await sleep(asleepMs);
          for (const server of behindVpn) await upstream.hang(server, true);
          const awakeAt = Date.now();
          desk.process.kill('SIGCONT');
          const sources = await until('every source being polled or marked', async () => {
            const all = await upstreamSources(desk);
            const isSettled = all.every(
              ({ freshness, lastSuccessAt }) =>
                freshness !== 'live' || Date.parse(lastSuccessAt ?? '') >= awakeAt,
            );
            return isSettled ? all : null;
          });
          values.push((Date.now() - awakeAt) / 1_000);
          const marked = sources.filter(({ freshness }) => freshness !== 'live');
          notes.push(
            `${numberText(values.at(-1) ?? Number.NaN)} s: ${sources.length - marked.length} polled, ${marked.length} marked`,
          );
          for (const server of behindVpn) await upstream.hang(server, false);
          await desk.client.sources.poll({});
          await allLive(desk, urls.length);
        }
      } finally {
        await desk.dispose();
      }
    } finally {
      await upstream.stop();
    }
    return { values, notes };
  },
};
