/** The hosts that people configured as sources, with their ports: what is there is trusted already. Pure. */
import type { ConfiguredSource } from './configured-source.ts';

export function hostsOf(sources: readonly ConfiguredSource[]): ReadonlySet<string> {
  const hosts = new Set<string>();
  const take = (value: unknown): void => {
    if (Array.isArray(value)) for (const one of value) take(one);
    if (typeof value !== 'string') return;
    const url = /^https?:\/\//i.test(value) ? URL.parse(value) : null;
    if (url === null) return;
    // With its port even where it is the usual one: another port is another program.
    hosts.add(`${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`);
  };
  for (const { settings } of sources) for (const value of Object.values(settings)) take(value);
  return hosts;
}
