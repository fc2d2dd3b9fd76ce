/** An alert together with its rule, before anybody has checked it. Pure, but for what it remembers to be fast. */
import { externalIdOf } from './identity.ts';

export interface Item {
  readonly rule: { readonly name: string; readonly query: string };
  readonly alert: unknown;
}

export const isFiring = ({ alert }: Item): boolean =>
  (alert as { state?: unknown } | null)?.state === 'firing';

/**
 * What is compared between two answers, as a text because that is fast: not the value, which moves at every evaluation without
 * being news.
 */
export function comparableItem(item: unknown): unknown {
  const { rule, alert } = item as Item;
  if (alert === null || typeof alert !== 'object' || Array.isArray(alert)) return item;
  const { value: _, keepFiringSince: __, ...rest } = alert as Record<string, unknown>;
  return JSON.stringify([rule.name, rule.query, rest]);
}

/** Hashing ten thousand labels anew at every poll costs more than reading them. */
export function createIdentities() {
  let before: ReadonlyMap<string, string> = new Map();
  let now = new Map<string, string>();

  /** From the labels as they came, with the name that the rule gives; null when there are none. */
  function identityOf({ rule, alert }: Item): string | null {
    const labels = (alert as { labels?: unknown } | null | undefined)?.labels;
    if (labels === null || typeof labels !== 'object' || Array.isArray(labels)) return null;
    const text = `${rule.name}\n${JSON.stringify(labels)}`;
    const id =
      now.get(text) ?? before.get(text) ?? externalIdOf({ alertname: rule.name, ...labels });
    now.set(text, id);
    return id;
  }

  return {
    identityOf,

    /** What the poll before the last one remembered is forgotten. */
    beginPoll(): void {
      before = now;
      now = new Map();
    },

    /** Those of before as well, which are not among them now. */
    withKnown(items: readonly Item[], known: readonly Item[]): readonly Item[] {
      const said = new Set(items.map(identityOf));
      return [...items, ...known.filter((item) => !said.has(identityOf(item)))];
    },
  };
}
