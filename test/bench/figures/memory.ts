/**
 * Memory of the whole process (shell and core) with 10,000 active alarms of eight sources and 100,000 past episodes, while it
 * polls every 30 s and a window asks for the list, above the same runtime with a thread that does nothing. Nobody collects the
 * garbage for it: this is what the system sees.
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Sqlite from 'better-sqlite3';
import { storeFileName } from '../../../main/store/open-store.ts';
import { allLive, connectSources, startDesk } from '../desk.ts';
import { median, numberText, type Figure } from '../figure.ts';
import { startUpstream } from '../start-upstream.ts';

const sources = 8;
const sampleMs = 2_000;
const sampled = 30;
const megabytes = (bytes: number): number => bytes / 1e6;

/** Resident memory of a process with the runtime, a second thread, and nothing else. */
async function bareRuntime(): Promise<number> {
  const child = fork(new URL('../bare-runtime.ts', import.meta.url), [], {
    execArgv: ['--no-warnings'],
  });
  const bytes = await new Promise<number>((resolve) => {
    child.once('message', (message) => resolve(Number(message)));
  });
  child.kill();
  return megabytes(bytes);
}

/** Ten past lives for each alarm, an hour apart. */
function writePast(file: string): number {
  const connection = new Sqlite(file);
  connection.pragma('foreign_keys = ON');
  const { changes } = connection
    .prepare(
      `INSERT INTO episode (alarm_id, started_at, seen_at, ended_at, severity)
       SELECT a.id, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', format('-%d hours', n.value * 10)),
              strftime('%Y-%m-%dT%H:%M:%fZ', 'now', format('-%d hours', n.value * 10)),
              strftime('%Y-%m-%dT%H:%M:%fZ', 'now', format('-%d hours', n.value * 10 - 1)), a.severity
         FROM alarm a, generate_series(1, 10) n WHERE a.status <> 'resolved'`.replace(
        'generate_series(1, 10)',
        `json_each('[1,2,3,4,5,6,7,8,9,10]')`,
      ),
    )
    .run();
  connection.close();
  return changes;
}

export const figure: Figure = {
  title: 'memory with 10,000 active alarms and 100,000 past episodes, above the bare runtime',
  most: 200,
  unit: 'MB',
  async measure() {
    const bornAtMs = Date.now();
    const upstream = await startUpstream(
      ...Array.from({ length: sources }, (_, index) => ({
        count: 10_000 / sources,
        first: (index * 10_000) / sources,
        bornAtMs,
      })),
    );
    const first = await startDesk();
    try {
      await connectSources(first, upstream.urls, 30_000);
      await first.stop();
      const past = writePast(join(first.folder, 'data', storeFileName));
      const bare = await bareRuntime();
      const desk = await startDesk(first.folder);
      try {
        await allLive(desk, sources);
        const values: number[] = [];
        for (let sample = 0; sample < sampled; sample += 1) {
          await sleep(sampleMs);
          if (sample % 5 === 0) await desk.client.alarms.list({ query: '', groupBy: 'service' });
          values.push(megabytes(await desk.ask('memory')) - bare);
        }
        return {
          values,
          notes: [
            `bare runtime with a thread: ${numberText(bare)} MB; with the core and ${past} past episodes: ${numberText(bare + median(values))} MB; one sample every ${sampleMs / 1_000} s`,
          ],
        };
      } finally {
        await desk.stop();
      }
    } finally {
      await first.dispose();
      await upstream.stop();
    }
  },
};
