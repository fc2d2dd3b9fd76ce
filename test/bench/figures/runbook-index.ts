/**
 * The first reading of 5,000 runbooks, from files to searchable, beside a bare better-sqlite3 that puts the same texts, cut into
 * the same sections, into an FTS5 table of the same tokenizer and prefixes that keeps them, as ours are kept for the snippets;
 * in one transaction, and nothing else. Compared is the rate by the clock; processor time, which counts what was done beside
 * it, is in the note.
 */
import Sqlite from 'better-sqlite3';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../../main/clock.ts';
import { createLibrary } from '../../../main/runbooks/library.ts';
import { storeFileName } from '../../../main/store/open-store.ts';
import { openCoreParts, temporaryFolder } from '../core-parts.ts';
import { runbookText, serviceOf } from '../runbook-corpus.ts';
import { median, numberText, type Figure } from '../figure.ts';

const documents = 5_000;
const rounds = 5;

interface Cost {
  readonly tookMs: number;
  readonly cpuMs: number;
}

function meter(): () => Cost {
  globalThis.gc?.();
  const [from, cpu] = [performance.now(), process.cpuUsage()];
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { tookMs: performance.now() - from, cpuMs: (user + system) / 1_000 };
  };
}

interface Section {
  readonly title: string;
  readonly heading: string;
  readonly body: string;
}

/** What was made searchable, and how its index is made. */
function everySection(file: string): { readonly schema: string; readonly sections: Section[] } {
  const connection = new Sqlite(file, { readonly: true });
  const schema = connection
    .prepare<[], string>(`SELECT sql FROM sqlite_schema WHERE name = 'runbook_search'`)
    .pluck()
    .get();
  const sections = connection
    .prepare<[], Section>(
      `SELECT CASE s.position WHEN 0 THEN r.title ELSE '' END AS title, s.heading, s.body
       FROM runbook_section s JOIN runbook r ON r.id = s.runbook_id ORDER BY s.id`,
    )
    .all();
  connection.close();
  if (schema === undefined) throw new Error('there is no index');
  return { schema, sections };
}

function bareInsert(file: string, schema: string, sections: readonly Section[]): Cost {
  const connection = new Sqlite(file);
  connection.pragma('journal_mode = WAL');
  connection.pragma('synchronous = FULL');
  connection.exec(schema.replace(/content\s*=\s*'',\s*contentless_delete\s*=\s*1,/, ''));
  const insert = connection.prepare(
    'INSERT INTO runbook_search (rowid, title, heading, body, names) VALUES (?, ?, ?, ?, ?)',
  );
  const read = meter();
  connection.transaction(() => {
    for (const [index, { title, heading, body }] of sections.entries())
      insert.run(index + 1, title, heading, body, '');
  })();
  const cost = read();
  connection.close();
  return cost;
}

async function firstReading(data: string, folder: string): Promise<Cost> {
  const parts = await openCoreParts(data);
  const library = createLibrary({
    db: parts.store.db,
    clock: systemClock,
    onChanged: () => undefined,
  });
  const read = meter();
  await library.setFolders([{ name: 'team', path: folder }]);
  const cost = read();
  const count = library.store.counts().get('team');
  if (count !== documents) throw new Error(`${count} runbooks were read`);
  await library.stop();
  await parts.close();
  return cost;
}

export const figure: Figure = {
  title: 'first index of 5,000 runbooks, beside a bare FTS5 insert of their sections',
  most: 3,
  unit: 'x',
  async measure() {
    const folder = temporaryFolder();
    const readings: Cost[] = [];
    const inserts: Cost[] = [];
    let count = 0;
    try {
      for (let number = 0; number < documents; number += 1) {
        const place = join(folder.path, serviceOf(number));
        mkdirSync(place, { recursive: true });
        writeFileSync(join(place, `runbook-${number}.md`), runbookText(number));
      }
      for (let round = 0; round < rounds; round += 1) {
        const [ours, bare] = [temporaryFolder(), temporaryFolder()];
        try {
          readings.push(await firstReading(ours.path, folder.path));
          const { schema, sections } = everySection(join(ours.path, storeFileName));
          count = sections.length;
          inserts.push(bareInsert(join(bare.path, 'bare.db'), schema, sections));
        } finally {
          ours.remove();
          bare.remove();
        }
      }
    } finally {
      folder.remove();
    }
    const ratios = readings.map(({ tookMs }, round) => tookMs / (inserts[round]?.tookMs ?? 1));
    const work = readings.map(({ cpuMs }, round) => cpuMs / (inserts[round]?.cpuMs ?? 1));
    const seconds = (costs: readonly Cost[]): number =>
      median(costs.map(({ tookMs }) => tookMs / 1_000));
    return {
      values: ratios,
      notes: [
        `${numberText(seconds(readings))} s by the clock (${numberText(documents / seconds(readings))} files a second) ` +
          `beside ${numberText(seconds(inserts))} s for ${count} sections; ${numberText(median(work))} x in processor time; the first, before anything was compiled: ${numberText(ratios[0] ?? 0)} x`,
      ],
    };
  },
};
