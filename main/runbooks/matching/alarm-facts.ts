/** What of an alarm leads to a runbook: its name, its links, and the labels that name a service. Pure. */
import type { KnownAlarm } from '../../alarms/alarm.ts';
import { foldName } from '../names.ts';

export type MatchInput = Pick<
  KnownAlarm,
  'title' | 'labels' | 'annotations' | 'runbookUrl' | 'service'
>;

export interface Hint {
  /** For people: `service checkout`. */
  readonly text: string;
  /** As names are compared. */
  readonly value: string;
  /** A label's value, or the first words of the name: where the service stands, as a rule. */
  readonly isFirst: boolean;
  /** How much a folder of this name says, up to 1. */
  readonly weight: number;
}

/** Labels whose value, as a folder or file name, points at a service's runbooks; the most telling first. */
const hintLabels: readonly (readonly [name: string, weight: number])[] = [
  ['service', 1],
  ['type', 1],
  ['app', 1],
  ['component', 1],
  ['service_name', 1],
  ['application', 1],
  ['job', 0.9],
  ['namespace', 0.7],
  ['team', 0.4],
];

const linkNames =
  /^(runbook|playbook)[_-]?(url|link|uri|address)?$|^(documentation|docs?)[_-]?(url|link)?$/i;
const maxLinks = 5;
const longestLink = 8_000;

export const nameOf = (alarm: MatchInput): string =>
  alarm.labels['alertname'] ?? alarm.labels['alert_name'] ?? alarm.title;

/** A value may be a link, a Markdown link, or a sentence with links in it. */
function linksIn(value: string): string[] {
  const text = value.trim();
  if (text === '' || text.length > longestLink) return [];
  const markdown = [...text.matchAll(/\]\(\s*<?([^)>\s]+)/g)].map((found) => found[1] ?? '');
  if (markdown.length > 0) return markdown;
  if (!/\s/.test(text)) return [text.replace(/^<|>$/g, '')];
  const addresses = [...text.matchAll(/https?:\/\/[^\s"'<>)\]]+/gi)].map((found) =>
    found[0].replace(/[.,;]+$/, ''),
  );
  return addresses.length > 0 ? addresses : [text];
}

/** Those of its own field first. */
export function linksOf(alarm: MatchInput): string[] {
  const values = [
    ...(alarm.runbookUrl === null ? [] : [alarm.runbookUrl]),
    ...[alarm.annotations, alarm.labels].flatMap((record) =>
      Object.entries(record)
        .filter(([name]) => linkNames.test(name))
        // `runbook_url` before `documentation`.
        .toSorted(([a], [b]) => Number(/^d/i.test(a)) - Number(/^d/i.test(b)))
        .map(([, value]) => value),
    ),
  ];
  return [...new Set(values.flatMap(linksIn))].slice(0, maxLinks);
}

/** Each value once; `payments/checkout-api` also counts as `checkout-api`. */
export function hintsOf(alarm: MatchInput): Hint[] {
  const hints = new Map<string, Hint>();
  const add = (label: string, value: string, weight: number): void => {
    const folded = foldName(value);
    // `db` and `mq` are services: whoever compares with whole names needs no more letters.
    if (folded.length < 2 || value.length > 200 || hints.has(folded)) return;
    hints.set(folded, { text: `${label} ${value}`, value: folded, isFirst: true, weight });
  };
  for (const [label, weight] of hintLabels) {
    const value = alarm.labels[label];
    if (value === undefined) continue;
    add(label, value, weight);
    if (value.includes('/')) add(label, value.split('/').at(-1) ?? '', weight);
  }
  if (alarm.service !== '') add('service', alarm.service, 1);
  return [...hints.values()];
}

/** Alarms with the same key lead to the same runbooks. */
export const keyOf = (alarm: MatchInput): string =>
  [
    nameOf(alarm),
    alarm.service,
    ...linksOf(alarm),
    '\u0001',
    ...hintLabels.map(([label]) => alarm.labels[label] ?? ''),
  ].join('\u0000');
