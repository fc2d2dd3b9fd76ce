/**
 * A process with sources, alarms and the outbox on a store, meant to be killed. Arguments: the database, the address of an
 * Alertmanager. It takes orders over its channel and answers with what it knows.
 */
import { systemClock } from '../../main/clock.ts';
import { createOutbox } from '../../main/outbox/outbox.ts';
import { configured, openSourceDesk } from './source-desk.ts';
import { openTestStore } from './store.ts';

export type Order =
  | { readonly do: 'acknowledge' | 'unacknowledge'; readonly names: readonly string[] }
  | { readonly do: 'look' };

export interface Sight {
  readonly freshness: string;
  /** Alert names to statuses; only of what is not over. */
  readonly statuses: Readonly<Record<string, string>>;
  readonly open: number;
  readonly failed: number;
  readonly refused: readonly string[];
}

const [file, url] = process.argv.slice(2);
if (file === undefined || url === undefined) throw new Error('usage: outbox-night FILE URL');

const store = openTestStore({ file });
store.connection.pragma('journal_mode = WAL');
store.connection.pragma('synchronous = FULL');
const desk = openSourceDesk({
  store,
  isStarted: false,
  sources: [configured({ settings: { urls: [url] } })],
});
const settings = {
  person: 'Alex',
  // Shorter than a person can choose, so that a test sees it being extended.
  acknowledgeForMs: 16_000,
  sleepHours: null,
  timeZone: 'UTC',
};
const outbox = createOutbox({
  db: store.db,
  clock: systemClock,
  bus: desk.bus,
  windows: desk.windows,
  settings: { current: () => settings },
  alarms: desk.alarms,
  sources: desk.sources,
});
outbox.start();
desk.sources.start();

process.on('message', (order: Order) => {
  const refused: string[] = [];
  if (order.do !== 'look') {
    const ids = [...desk.alarms.active()].flatMap(({ id, labels }) =>
      order.names.includes(labels['alertname'] ?? '') ? [id] : [],
    );
    const answer =
      order.do === 'acknowledge' ? outbox.acknowledge(ids, 'on it') : outbox.unacknowledge(ids);
    refused.push(...answer.refused.map(({ why }) => why));
  }
  const sight: Sight = {
    freshness: [...desk.sources.healths()][0]?.[1].freshness ?? 'none',
    statuses: Object.fromEntries(
      [...desk.alarms.active()].map(({ labels, status }) => [labels['alertname'] ?? '', status]),
    ),
    ...outbox.counts(),
    refused,
  };
  process.send?.(sight);
});
process.on('disconnect', () => process.exit());
