/**
 * Whether the Zabbix server lives. The frontend reads a database: with the server dead it goes on to answer, with the problems
 * of the moment it died.
 *
 * An administrator sees the server's own heartbeat. Everybody else sees when some frequent items got their last value.
 */
import { z } from 'zod';
import { SourceError } from '../source-error.ts';
import { List, readable, WireItem, WireNode } from './parse.ts';
import type { ZabbixRpc } from './rpc.ts';

/** A server writes its heartbeat every five seconds. */
const mostNodeAgeSeconds = 60;
const leastItemAgeSeconds = 180;
const longestDelaySeconds = 300;
const mostItems = 12;
const looked = 300;
/** How often it is looked for items again while none was found. */
const againMs = 600_000;
/** A heartbeat that this user may not see now may be allowed later. */
const nodesAgainMs = 3_600_000;

export type Liveness =
  | { readonly kind: 'alive' }
  | { readonly kind: 'dead'; readonly error: SourceError }
  /** Nothing that this user may see proves it. */
  | { readonly kind: 'unknown' };

const units: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3_600 };

/** Null for what is no plain interval: a macro, zero, or longer than helps. Pure. */
export function delaySeconds(text: string): number | null {
  const found = /^(\d+)([smh]?)(;|$)/.exec(text);
  if (found === null) return null;
  const seconds = Number(found[1]) * (units[found[2] ?? ''] ?? 1);
  return seconds > 0 && seconds <= longestDelaySeconds ? seconds : null;
}

const dead = (host: string, what: string): Liveness => ({
  kind: 'dead',
  error: new SourceError(
    'source.unreachable',
    `The Zabbix server behind ${host} is silent: ${what}. Its frontend still shows the problems from before.`,
    { next: 'See whether zabbix_server runs and reaches its database.' },
  ),
});

const words = (seconds: number): string =>
  seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;

/** Internal items first: no agent must live for them. Then one of each host. Pure. */
export function chooseItems(
  items: readonly WireItem[],
): readonly { itemid: string; delay: number }[] {
  const chosen: { itemid: string; delay: number }[] = [];
  const hosts = new Set<string>();
  const frequent = items.flatMap((item) => {
    const delay = delaySeconds(item.delay);
    return delay === null || item.lastclock === 0 ? [] : [{ ...item, delay }];
  });
  const ordered = frequent.toSorted((a, b) => Number(b.type === '5') - Number(a.type === '5'));
  for (const { itemid, hostid = '', delay, type } of ordered) {
    if (chosen.length >= mostItems) break;
    // The internal ones come in both lists.
    if (type !== '5' && hosts.has(hostid)) continue;
    if (chosen.some((other) => other.itemid === itemid)) continue;
    hosts.add(hostid);
    chosen.push({ itemid, delay });
  }
  return chosen;
}

export function createLiveness(rpc: ZabbixRpc, now: { upstream(): number; monotonic(): number }) {
  let nodesRefusedAt: number | null = null;
  let chosen: readonly { itemid: string; delay: number }[] = [];
  let chosenAt = Number.NEGATIVE_INFINITY;

  /** Null: this user may not see it, or there is none to see. */
  async function byNodes(signal: AbortSignal): Promise<Liveness | null> {
    if (nodesRefusedAt !== null && now.monotonic() - nodesRefusedAt < nodesAgainMs) return null;
    let nodes: readonly WireNode[];
    try {
      const params = { output: ['status', 'lastaccess'] };
      nodes = readable(WireNode, await rpc.call('hanode.get', params, List, signal));
    } catch (error) {
      if (!(error instanceof SourceError) || error.code !== 'source.rejected') throw error;
      nodesRefusedAt = now.monotonic();
      return null;
    }
    if (nodes.length === 0) return null;
    const active = nodes.filter(({ status }) => status === '3');
    if (active.length === 0) return dead(rpc.host, 'none of its nodes is active');
    const newest = Math.max(...active.map(({ lastaccess }) => lastaccess));
    const age = Math.round(now.upstream() / 1_000 - newest);
    return age > mostNodeAgeSeconds
      ? dead(rpc.host, `its last heartbeat is ${words(age)} old`)
      : { kind: 'alive' };
  }

  async function choose(signal: AbortSignal): Promise<void> {
    chosenAt = now.monotonic();
    const output = ['itemid', 'hostid', 'type', 'delay', 'lastclock'];
    const options = { output, monitored: true, filter: { state: 0 }, limit: looked };
    // Internal items are few, and may lie behind any number of others.
    const internal = { ...options, filter: { state: 0, type: 5 } };
    chosen = chooseItems([
      ...readable(WireItem, await rpc.call('item.get', internal, List, signal)),
      ...readable(WireItem, await rpc.call('item.get', options, List, signal)),
    ]);
  }

  async function byItems(signal: AbortSignal): Promise<Liveness> {
    if (chosen.length === 0 && now.monotonic() - chosenAt > againMs) await choose(signal);
    if (chosen.length === 0) return { kind: 'unknown' };
    const params = { itemids: chosen.map(({ itemid }) => itemid), output: ['itemid', 'lastclock'] };
    const found = await rpc.call('item.get', params, z.array(WireItem), signal);
    // Deleted, or disabled: others are chosen with the next poll.
    if (found.length === 0) {
      chosen = [];
      chosenAt = Number.NEGATIVE_INFINITY;
      return { kind: 'unknown' };
    }
    const newest = Math.max(...found.map(({ lastclock }) => lastclock));
    const age = Math.round(now.upstream() / 1_000 - newest);
    const most = Math.max(leastItemAgeSeconds, 3 * Math.max(...chosen.map(({ delay }) => delay)));
    return age > most
      ? dead(rpc.host, `none of ${chosen.length} frequent items got a value for ${words(age)}`)
      : { kind: 'alive' };
  }

  return async (signal: AbortSignal): Promise<Liveness> =>
    (await byNodes(signal)) ?? (await byItems(signal));
}
