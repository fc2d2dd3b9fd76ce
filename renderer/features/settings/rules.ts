/** The list of notification rules: its changes, and which row is which while it changes. Pure. */
import type { Settings } from '../../../preload/contract/settings.ts';

type NotificationRule = Settings['rules'][number];
export type Route = NotificationRule['class'];
type Rules = Settings['rules'];

export const routeNames: Readonly<Record<Route, string>> = {
  page: 'Page',
  notice: 'Notice',
  none: 'None',
};

/** What the contract lets a list hold. */
export const mostRules = 100;

/**
 * Where this rule is now: a rule may have moved or changed since its row was drawn, and another one must not be meant.
 * -1 when it is gone.
 */
function placeOf(rules: Rules, rule: NotificationRule, index: number): number {
  const isIt = (other: NotificationRule | undefined): boolean =>
    other?.query === rule.query && other.class === rule.class;
  return isIt(rules[index]) ? index : rules.findIndex(isIt);
}

/** One place up (-1) or down (1); where there is no such place it stays. */
export function moveRule(rules: Rules, rule: NotificationRule, index: number, by: -1 | 1): Rules {
  const from = placeOf(rules, rule, index);
  const [moved, other] = [rules[from], rules[from + by]];
  if (moved === undefined || other === undefined) return rules;
  return rules.with(from, other).with(from + by, moved);
}

export function removeRule(rules: Rules, rule: NotificationRule, index: number): Rules {
  const at = placeOf(rules, rule, index);
  return at === -1 ? rules : rules.toSpliced(at, 1);
}

export function changeRule(
  rules: Rules,
  rule: NotificationRule,
  index: number,
  change: Partial<NotificationRule>,
): Rules {
  const at = placeOf(rules, rule, index);
  return at === -1 ? rules : rules.with(at, { ...rule, ...change });
}

export interface Row {
  readonly id: number;
  readonly query: string;
}

/**
 * Gives each rule the identity that it had, so that the focus and what is half typed stay with it: first by what it
 * says, then by its place.
 */
export function rowsOf(before: readonly Row[], rules: Rules): readonly Row[] {
  const free = new Map(before.map((row) => [row.id, row]));
  const take = (row: Row | undefined): number | null => {
    if (row === undefined || !free.delete(row.id)) return null;
    return row.id;
  };
  const same = rules.map(({ query }, at) => {
    const here = before[at];
    const found =
      here?.query === query && free.has(here.id)
        ? here
        : [...free.values()].find((row) => row.query === query);
    return take(found);
  });
  let next = Math.max(0, ...before.map(({ id }) => id)) + 1;
  return rules.map(({ query }, at) => {
    const id = same[at] ?? take(before[at]);
    return { id: id ?? next++, query };
  });
}
