/**
 * From anybody's JSON to our alarms, by the rules that a person wrote.
 *
 * An item without an identity makes the source blind; one with an identity that lacks something else is kept as unreadable.
 * A status word that nobody knows counts as firing, and is remarked on.
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { Severity } from '../../../preload/contract/common.ts';
import type { ObservedAlarm } from '../../alarms/alarm.ts';
import { toInstant, type Clock } from '../../clock.ts';
import { createHeldItems } from '../held-items.ts';
import { observedAlarm, oneLine } from '../observed.ts';
import { SourceError } from '../source-error.ts';
import { holds, usesNow } from './condition.ts';
import { hasEach, select, valueAt, WritingProblem, type Row } from './path.ts';
import type { FieldName, Rules } from './rules.ts';
import { fill, solePath, textOf, type Template } from './template.ts';
import { timeOf } from './time.ts';

/** More are no list of alarms. */
const mostItems = 20_000;
const longestId = 400;
const mostLabels = 200;

/** A row with its identity, which is read once per poll. */
interface Named extends Row {
  readonly id: string | null;
}

/** What an item says, before it becomes an alarm. */
interface Item {
  readonly status: ObservedAlarm['status'] | 'resolved';
  readonly unknownStatus: string | null;
  readonly severityText: string | null;
  readonly title: string;
  readonly summary: string;
  readonly service: string;
  readonly startsAt: string | null;
  readonly url: string | null;
  readonly runbook: string | null;
  readonly ackedBy: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly same: readonly string[];
}

const First = z.record(z.string(), z.string());

const misread = (host: string, what: string): SourceError =>
  new SourceError('source.misconfigured', `${host} answered, but ${what}.`, {
    next: 'Compare the path of the list with what the address answers.',
  });

/** The items of an answer. @throws SourceError when the path does not lead to a list */
export function itemsOf(
  rules: Rules,
  root: unknown,
  host: string,
): { rows: Row[]; missing: number } {
  const { items } = rules;
  try {
    const { rows, missing } = select(items, { value: root, keys: [] });
    if (hasEach(items)) {
      // A first step that leads nowhere is a missing list, which is not an empty one.
      if (rows.length === 0 && missing > 0) throw misread(host, `${items.text} leads nowhere`);
      if (rows.length > mostItems) throw misread(host, `with more than ${mostItems} items`);
      return { rows: [...rows], missing };
    }
    const [list] = rows;
    if (list === undefined) throw misread(host, `${items.text} leads nowhere`);
    if (!Array.isArray(list.value)) throw misread(host, `${items.text} is no list`);
    if (list.value.length > mostItems) throw misread(host, `with more than ${mostItems} items`);
    const values = list.value as readonly unknown[];
    return { rows: values.map((value) => ({ value, keys: [] })), missing: 0 };
  } catch (error) {
    if (error instanceof WritingProblem) throw misread(host, error.message.replace(/\.$/, ''));
    throw error;
  }
}

/** Why an answer is not to be believed. @throws SourceError */
export function requireProof(rules: Rules, root: unknown, host: string, nowMs: number): void {
  const row: Row = { value: root, keys: [] };
  const broken = rules.proof.find((condition) => !holds(condition, row, nowMs));
  if (broken === undefined) return;
  const found = textOf(valueAt(broken.path, row));
  const said = found === undefined ? 'there is nothing' : `it says ${oneLine(found).slice(0, 60)}`;
  throw new SourceError(
    'source.unreachable',
    `${host} does not prove that its list can be believed: ${broken.text} does not hold (${said}).`,
    { next: 'Look at the system behind it.' },
  );
}

/** Set when the system behind the answer has not looked for too long. */
export function staleness(
  rules: Rules,
  root: unknown,
  host: string,
  nowMs: number,
): SourceError | null {
  if (rules.dataAt === null) return null;
  const at = timeOf(fill(rules.dataAt, { value: root, keys: [] }) ?? '');
  if (at !== null && nowMs - at <= rules.maxDataAgeMs) return null;
  const what =
    at === null
      ? `${host} does not tell when its data was made (${rules.dataAt.text})`
      : `The data of ${host} is from ${toInstant(at)} and has not moved since`;
  return new SourceError('source.unreachable', `${what}, so it proves nothing.`, {
    next: 'See whether the system behind it still runs.',
  });
}

export function createMapping(options: {
  readonly rules: Rules;
  /** The kind, which identities begin with. */
  readonly kind: string;
  readonly sourceName: string;
  readonly severityMap: Readonly<Record<string, Severity>>;
  readonly clock: Clock;
  /** What `take` returned as `seen` at the last poll before. */
  readonly seen: unknown;
}) {
  const { rules, kind, clock } = options;
  const known = First.safeParse(options.seen);
  /** When an alarm that tells no start was first seen. The same object until something changes. */
  let seen: Readonly<Record<string, string>> = known.success ? known.data : {};
  let firstSeen = new Map(Object.entries(seen));

  const field = (name: FieldName, row: Row): string | undefined =>
    firstOf(rules.fields.get(name), row);
  function firstOf(templates: readonly Template[] | undefined, row: Row): string | undefined {
    for (const template of templates ?? []) {
      const text = fill(template, row);
      if (text !== undefined && text.trim() !== '') return text;
    }
    return undefined;
  }

  function idOf(row: Row): string | null {
    for (const template of rules.fields.get('id') ?? []) {
      const text = fill(template, row, true)?.trim();
      if (text === undefined || text === '') continue;
      const id = text.length <= longestId ? text : createHash('sha256').update(text).digest('hex');
      return `${kind}:1:${id}`;
    }
    return null;
  }

  /** An object of texts, or a list of `name:value`. */
  function texts(
    name: 'labels' | 'annotations',
    single: ReadonlyMap<string, readonly Template[]>,
    row: Row,
  ): Record<string, string> {
    const found = new Map<string, string>();
    const add = (key: string, value: unknown): void => {
      const text = textOf(value);
      if (key !== '' && text !== undefined && found.size < mostLabels) found.set(key, text);
    };
    for (const template of rules.fields.get(name) ?? []) {
      const path = solePath(template);
      const value = path === null ? undefined : valueAt(path, row);
      if (Array.isArray(value)) {
        for (const one of value) {
          const text = textOf(one) ?? '';
          const at = text.indexOf(':');
          add(at === -1 ? text : text.slice(0, at), at === -1 ? '' : text.slice(at + 1));
        }
      } else if (value !== null && typeof value === 'object') {
        for (const [key, one] of Object.entries(value)) add(key, one);
      }
    }
    for (const [key, templates] of single) add(key, firstOf(templates, row));
    return Object.fromEntries(found);
  }

  function statusOf(row: Row): { status: Item['status']; unknown: string | null } | null {
    const now = clock.now();
    if (rules.resolved.some((each) => holds(each, row, now)))
      return { status: 'resolved', unknown: null };
    let status: Item['status'] = 'firing';
    let unknown: string | null = null;
    if (rules.fields.has('status')) {
      const word = field('status', row)?.trim();
      if (word === undefined) return null;
      const meaning = rules.statuses.get(word.toLowerCase());
      if (meaning === 'resolved') return { status: 'resolved', unknown: null };
      if (meaning === undefined) unknown = word;
      else status = meaning;
    }
    if (rules.suppressed.some((each) => holds(each, row, now))) status = 'suppressed';
    else if (status === 'firing' && rules.acknowledged.some((each) => holds(each, row, now))) {
      status = 'acknowledged';
    }
    return { status, unknown };
  }

  function readItem(row: Row): Item | string {
    const status = statusOf(row);
    if (status === null) return 'its status is missing';
    const title = field('title', row);
    if (title === undefined && status.status !== 'resolved') return 'its title is missing';
    const start = field('startsAt', row);
    const startMs = start === undefined ? null : timeOf(start);
    if (start !== undefined && startMs === null && !/^0?$|^0001-/.test(start.trim())) {
      return `its startsAt is no time: ${oneLine(start).slice(0, 60)}`;
    }
    const labels = texts('labels', rules.labels, row);
    if (!Object.hasOwn(labels, 'alertname')) labels['alertname'] = oneLine(title ?? '');
    return {
      status: status.status,
      unknownStatus: status.unknown,
      severityText: field('severity', row) ?? null,
      title: title ?? '',
      summary: field('summary', row) ?? '',
      service: field('service', row) ?? options.sourceName,
      startsAt: startMs === null ? null : toInstant(startMs),
      url: field('url', row) ?? null,
      runbook: field('runbook', row) ?? null,
      ackedBy: field('ackedBy', row) ?? null,
      labels,
      annotations: texts('annotations', rules.annotations, row),
      same: (rules.fields.get('same') ?? [])
        .map((template) => fill(template, row, true))
        .filter((text) => text !== undefined),
    };
  }

  const ItemSchema = z.unknown().transform((raw, context): Item => {
    const item = readItem(raw as Row);
    if (typeof item !== 'string') return item;
    context.addIssue({ code: 'custom', message: item });
    return z.NEVER;
  });

  function startOf(externalId: string): string {
    const known = firstSeen.get(externalId) ?? toInstant(clock.now());
    firstSeen.set(externalId, known);
    return known;
  }

  function toAlarm(item: Item, externalId: string): ObservedAlarm | null {
    if (item.status === 'resolved') return null;
    const alarm = observedAlarm(
      {
        externalId,
        status: item.status,
        severityText: item.severityText,
        severityTable: rules.severities,
        title: item.title,
        summary: item.summary,
        service: item.service,
        labels: item.labels,
        annotations: item.annotations,
        url: item.url,
        ...(item.runbook === null ? {} : { runbookUrl: item.runbook }),
        startsAt: item.startsAt ?? startOf(externalId),
        ackedBy: item.ackedBy,
        refs: {
          ...(item.same.length === 0 ? {} : { same: item.same }),
          ...(item.unknownStatus === null ? {} : { unknownStatus: item.unknownStatus }),
        },
      },
      options.severityMap,
    );
    return alarm;
  }

  const held = createHeldItems<Item>(
    {
      schema: ItemSchema,
      identity: (raw) => (raw as Named).id,
      nameOf: (raw) => field('title', raw as Named) ?? null,
      toAlarm,
    },
    () => clock.now(),
  );
  const isTimed = [...rules.resolved, ...rules.acknowledged, ...rules.suppressed].some(usesNow);

  /** How much an item matters among others of its identity; less is worse. */
  function rank(row: Row): number {
    const item = readItem(row);
    if (typeof item === 'string') return 1;
    if (item.status === 'resolved') return 9;
    const { severity } = observedAlarm(
      {
        ...item,
        status: item.status,
        externalId: '',
        severityTable: rules.severities,
        startsAt: '',
      },
      options.severityMap,
    );
    return (item.status === 'firing' ? 0 : 4) + Severity.options.indexOf(severity);
  }

  /** Several items with one identity: the worst of them counts, so that none hides another. */
  function distinct(rows: readonly Row[]): { rows: readonly Named[]; doubled: number } {
    const byId = new Map<string, Named>();
    const named: Named[] = [];
    let doubled = 0;
    for (const { value, keys } of rows) {
      const row: Named = { value, keys, id: idOf({ value, keys }) };
      const other = row.id === null ? undefined : byId.get(row.id);
      if (other !== undefined) doubled += 1;
      if (row.id !== null && (other === undefined || rank(row) < rank(other))) {
        byId.set(row.id, row);
      }
      if (row.id === null || other === undefined) named.push(row);
    }
    if (doubled === 0) return { rows: named, doubled };
    return { rows: named.map((row) => byId.get(row.id ?? '') ?? row), doubled };
  }

  return {
    /** `missing`: branches of the list that ended before an item. `isComplete`: what is not there has ended. */
    take(
      rows: readonly Row[],
      given: { readonly missing: number; readonly isComplete: boolean },
    ): {
      alarms: readonly ObservedAlarm[];
      blind: SourceError | null;
      remarks: readonly string[];
      seen: Readonly<Record<string, string>>;
      /** Every identity in the list, also of items that are no alarms. */
      named: ReadonlySet<string>;
    } {
      const { rows: single, doubled } = distinct(rows);
      const remarks: string[] = [];
      const taken = held.take(single, isTimed ? clock.now() : null);
      const unknownStatuses = new Set<string>();
      for (const { refs } of taken.alarms) {
        const word = refs['unknownStatus'];
        if (typeof word === 'string') unknownStatuses.add(oneLine(word).slice(0, 40));
      }
      if (unknownStatuses.size > 0) {
        const words = [...unknownStatuses].slice(0, 5).join(', ');
        remarks.push(
          `Nobody knows the status ${words}, so it counts as firing. Add it to the status table.`,
        );
      }
      if (doubled > 0) {
        remarks.push(
          `${doubled} ${doubled === 1 ? 'item has' : 'items have'} the id of another one, and only the worst is shown. Make the id tell them apart.`,
        );
      }
      if (given.isComplete && taken.blind === null) {
        const ids = new Set(taken.alarms.map(({ externalId }) => externalId));
        firstSeen = new Map([...firstSeen].filter(([id]) => ids.has(id)));
      }
      const next = Object.fromEntries(firstSeen);
      if (!isDeepStrictEqual(next, seen)) seen = next;
      const blind =
        taken.blind ??
        (given.missing === 0
          ? null
          : new SourceError(
              'source.unreachable',
              `${given.missing} ${given.missing === 1 ? 'part' : 'parts'} of its list could not be read, so nothing counts as resolved.`,
              { next: 'Compare the path of the list with what the address answers.' },
            ));
      const named = new Set(single.flatMap(({ id }) => id ?? []));
      return { alarms: taken.alarms, blind, remarks, seen, named };
    },
  };
}
