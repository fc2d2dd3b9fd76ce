/** Killed at random moments while it writes, backs up, and starts: whatever was confirmed is still there. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../main/clock.ts';
import { listBackups } from '../../main/store/backup.ts';
import { openStore } from '../../main/store/open-store.ts';
import { temporaryFolder } from '../support/store.ts';

const writer = fileURLToPath(new URL('../support/store-writer.ts', import.meta.url));
const lanes = 3;
const killsPerLane = 9;
const alarmsPerPoll = 20;
const eventsPerAlarm = 15;
const mostCommits = 15;

interface Outcome {
  readonly confirmed: string[];
  readonly hadOpened: boolean;
  readonly complaints: string;
}

/** Runs the writer and kills it, now and then before it has even opened the store. */
async function runAndKill(folder: string, turn: string, isEarly: boolean): Promise<Outcome> {
  const child = spawn(process.execPath, [writer, folder, turn], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let complaints = '';
  // A busy machine commits slowly: what a kill waits for is commits, not time.
  const wanted = 1 + Math.floor(Math.random() * mostCommits);
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const committed = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.split(`\n${turn}-`).length > wanted) resolve();
    });
  });
  const gone = new Promise<void>((resolve) => child.once('close', () => resolve()));
  if (!isEarly) await Promise.race([committed, gone]);
  // Early: somewhere between the start of the process and its first polls.
  await new Promise((resolve) => setTimeout(resolve, Math.random() * (isEarly ? 500 : 20)));
  child.kill('SIGKILL');
  await gone;
  // The last line may have been cut: only whole lines were confirmed.
  const lines = output.slice(0, output.lastIndexOf('\n') + 1).split('\n');
  return {
    confirmed: lines.filter((line) => line.startsWith(`${turn}-`)),
    hadOpened: lines.includes('open'),
    complaints,
  };
}

describe('kill -9', () => {
  test(
    `loses nothing that was confirmed, ${lanes * killsPerLane} times`,
    { timeout: 60_000 },
    async () => {
      let confirmedInAll = 0;
      const lane = async (number: number): Promise<void> => {
        const folder = temporaryFolder();
        try {
          const confirmed: string[] = [];
          for (let kill = 0; kill < killsPerLane; kill++) {
            const outcome = await runAndKill(folder.path, `${number}.${kill}`, kill % 3 === 2);
            expect(outcome.complaints).toBe('');
            confirmed.push(...outcome.confirmed);
          }
          const store = await openStore({ folder: folder.path, clock: systemClock });
          expect(store.notices).toEqual([]);
          const { db } = store;
          expect(db.read('PRAGMA integrity_check').all({})).toEqual([{ integrity_check: 'ok' }]);
          expect(db.read('PRAGMA foreign_key_check').all({})).toEqual([]);
          const poll = db.read<{ alarms: number; episodes: number; events: number }>(
            `SELECT count(DISTINCT a.id) AS alarms, count(DISTINCT e.id) AS episodes, count(v.id) AS events
           FROM alarm a LEFT JOIN episode e ON e.alarm_id = a.id LEFT JOIN event v ON v.episode_id = e.id
           WHERE a.id BETWEEN @first AND @last AND a.external_id LIKE @poll`,
          );
          for (const line of confirmed) {
            const [name, first, last] = line.split(' ');
            expect({
              line,
              ...poll.get({ first: Number(first), last: Number(last), poll: `${name}-%` }),
            }).toEqual({
              line,
              alarms: alarmsPerPoll,
              episodes: alarmsPerPoll,
              events: alarmsPerPoll * eventsPerAlarm,
            });
          }
          expect(db.read('SELECT name, error FROM bulk_write').all({})).toEqual([]);
          // No poll is there in part.
          const { count } = db
            .read<{ count: number }>('SELECT count(*) AS count FROM alarm')
            .get({})!;
          expect(count % alarmsPerPoll).toBe(0);
          expect(count / alarmsPerPoll).toBeGreaterThanOrEqual(confirmed.length);
          await store.close();
          confirmedInAll += confirmed.length;
          expect(listBackups(folder.path).length).toBeLessThan(20);
        } finally {
          folder.remove();
        }
      };
      await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
      // The test would prove nothing if the processes had died before their first commit.
      expect(confirmedInAll).toBeGreaterThan(lanes * killsPerLane);
    },
  );
});
