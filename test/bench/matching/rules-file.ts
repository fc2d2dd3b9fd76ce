/** Alert rules as Prometheus and those who ship rules write them: groups in YAML, several documents, or a custom resource. */
import { parseAllDocuments } from 'yaml';
import type { KnownRule } from './evaluate.ts';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const texts = (value: unknown): Record<string, string> =>
  isRecord(value)
    ? Object.fromEntries(
        Object.entries(value).flatMap(([name, text]) =>
          typeof text === 'string' || typeof text === 'number' ? [[name, String(text)]] : [],
        ),
      )
    : {};

/** Every map with an `alert` in it, however deep: groups, custom resources, lists of them. */
function* alertsIn(value: unknown): Generator<Record<string, unknown>> {
  if (Array.isArray(value)) for (const item of value) yield* alertsIn(item);
  else if (isRecord(value)) {
    if (typeof value['alert'] === 'string') yield value;
    else for (const item of Object.values(value)) yield* alertsIn(item);
  }
}

export interface RulesFile {
  readonly rules: readonly KnownRule[];
  /** What could not be read, for people. */
  readonly problems: readonly string[];
  /** Links that Prometheus fills in when the alarm fires; without its values they lead nowhere. */
  readonly templated: number;
}

const isTemplated = (text: string): boolean => /\{\{/.test(text);

export function readRules(text: string): RulesFile {
  const problems: string[] = [];
  const rules: KnownRule[] = [];
  let templated = 0;
  const documents = parseAllDocuments(text, { logLevel: 'silent' });
  for (const document of Array.isArray(documents) ? documents : []) {
    if (document.errors.length > 0) problems.push(document.errors[0]?.message ?? 'unreadable');
    for (const alert of alertsIn(document.toJS({ maxAliasCount: 1_000 }))) {
      const annotations = texts(alert['annotations']);
      const known = Object.entries(annotations).filter(([, value]) => !isTemplated(value));
      if (
        Object.entries(annotations).some(
          ([name, value]) => /runbook/i.test(name) && isTemplated(value),
        )
      )
        templated += 1;
      rules.push({
        name: String(alert['alert']),
        labels: Object.fromEntries(
          Object.entries(texts(alert['labels'])).filter(([, value]) => !isTemplated(value)),
        ),
        annotations: Object.fromEntries(known),
        kind: 'rule',
      });
    }
  }
  return { rules, problems, templated };
}
