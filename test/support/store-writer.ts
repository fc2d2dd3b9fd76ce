/**
 * A process that writes like a poll does and is meant to be killed: one line on its output for each commit that
 * returned. Arguments: the data folder, and a number that tells its rows from those of its predecessors.
 */
import { writeSync } from 'node:fs';
import { systemClock, toInstant } from '../../main/clock.ts';
import { openStore } from '../../main/store/open-store.ts';

const [folder, turn] = process.argv.slice(2);
if (folder === undefined || turn === undefined) throw new Error('usage: store-writer FOLDER TURN');

const say = (line: string): void => void writeSync(1, `${line}\n`);

const store = await openStore({ folder, clock: systemClock, shell: 'test' });
const { db } = store;
say('open');
db.write(
  `INSERT INTO source (id, kind, name) VALUES ('s', 'test', 'S') ON CONFLICT DO NOTHING`,
).run({});

// Backups go on meanwhile, so that some kills fall into one.
const backups = async (): Promise<never> => {
  for (;;) await store.backup();
};
void backups();

const alarmsPerPoll = 20;
/** So many that they are stored as one row first. */
const eventsPerAlarm = 15;
const addEvents = db.writeMany('events');
for (let poll = 1; ; poll++) {
  const at = toInstant(Date.now());
  const ids = db.transaction(() => {
    const added = Array.from({ length: alarmsPerPoll }, (_, index) => {
      const { lastId: alarm } = db
        .write(
          `INSERT INTO alarm (source_id, external_id, status, severity, is_severity_mapped, title, summary, service,
                              labels, annotations, starts_at, status_since, first_seen_at, changed_at)
           VALUES ('s', @external, 'firing', 'critical', 1, 'T', '', 'svc', '{}', '{}', @at, @at, @at, @at)`,
        )
        .run({ external: `${turn}-${poll}-${index}`, at });
      db.write(
        `INSERT INTO episode (alarm_id, started_at, seen_at, severity) VALUES (@alarm, @at, @at, 'critical')`,
      ).run({ alarm, at });
      return alarm;
    });
    const about = added.flatMap((alarm) => Array<number>(eventsPerAlarm).fill(alarm));
    addEvents.run({ at, kind: 'fired', origin: 'source', text: 'x'.repeat(40) }, about, 'soon');
    return added;
  });
  say(`${turn}-${poll} ${ids[0]} ${ids.at(-1)}`);
  await new Promise((resolve) => setImmediate(resolve));
}
