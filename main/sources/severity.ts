/** From the words upstreams use to our four severities. */
import type { Severity } from '../../preload/contract/common.ts';

const words: Readonly<Record<Severity, readonly string[]>> = {
  critical: [
    'critical',
    'crit',
    'disaster',
    'emergency',
    'emerg',
    'fatal',
    'page',
    'p1',
    'sev1',
    's1',
    '1',
  ],
  high: ['high', 'error', 'err', 'major', 'p2', 'sev2', 's2', 'average'],
  warning: ['warning', 'warn', 'minor', 'p3', 'sev3', 's3', 'medium', 'ticket'],
  info: [
    'info',
    'information',
    'informational',
    'notice',
    'low',
    'none',
    'p4',
    'p5',
    's4',
    'debug',
    'ok',
  ],
};

const table: ReadonlyMap<string, Severity> = new Map(
  (Object.entries(words) as [Severity, readonly string[]][]).flatMap(([severity, list]) =>
    list.map((word): [string, Severity] => [word, severity]),
  ),
);

/** The labels that may hold a severity, most telling first. */
const severityLabels = ['severity', 'priority', 'level', 'sev'] as const;

export interface MappedSeverity {
  readonly severity: Severity;
  /** As the upstream wrote it; null when absent. */
  readonly text: string | null;
  readonly isMapped: boolean;
}

const normal = (text: string): string => text.trim().toLowerCase();

/**
 * `own` are the words a person mapped for this source; they win over `kind`'s own table (in lower case), and that over the
 * common words. Absent: warning. Unknown: high, unmapped.
 */
export function mapSeverity(
  text: string | null,
  own: Readonly<Record<string, Severity>> = {},
  kind: Readonly<Record<string, Severity>> = {},
): MappedSeverity {
  if (text === null || text.trim() === '')
    return { severity: 'warning', text: null, isMapped: true };
  const word = normal(text);
  for (const [key, severity] of Object.entries(own)) {
    if (normal(key) === word) return { severity, text, isMapped: true };
  }
  const known = Object.hasOwn(kind, word) ? kind[word] : table.get(word);
  return known === undefined
    ? { severity: 'high', text, isMapped: false }
    : { severity: known, text, isMapped: true };
}

/** The text of the first label that holds a severity; null when none does. */
export function severityTextOf(labels: Readonly<Record<string, string>>): string | null {
  for (const name of severityLabels) {
    const text = Object.hasOwn(labels, name) ? labels[name] : undefined;
    if (text !== undefined && text.trim() !== '') return text;
  }
  return null;
}
