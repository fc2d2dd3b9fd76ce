/** From what is known about alarms and runbooks to what should be done about them, the costliest first. Pure. */
import type { AlarmId, RunbookId } from '../../../preload/contract/common.ts';
import type { HygieneFinding, HygieneKind } from '../../../preload/contract/runbook-hygiene.ts';
import { foldName } from '../names.ts';
import { pathName } from '../parse.ts';
import { upkeepFindings, type UpkeepFact } from './upkeep.ts';

export interface LinkFact {
  readonly link: string;
  /** The document it leads to for certain; null: none. */
  readonly runbookId: RunbookId | null;
  readonly isSectionFound: boolean;
  /** Other links of the same site lead to documents here, so this one should too. */
  readonly isSiteKept: boolean;
  /** What fetching the page said, when it was tried. */
  readonly page: { readonly problem: string | null; readonly next: string | null } | null;
}

/** Alarms of one name that lead to the same runbooks. */
export interface AlarmFact {
  readonly alarmId: AlarmId;
  readonly name: string;
  readonly pages: number;
  readonly hasRunbook: boolean;
  /** The best suggestion, where nothing is certain and it was looked for. */
  readonly closest: string | null;
  readonly links: readonly LinkFact[];
  /** The runbooks that are certain. */
  readonly runbookIds: readonly RunbookId[];
}

export interface RunbookFact extends UpkeepFact {
  readonly id: RunbookId;
  readonly title: string;
  readonly path: string;
  /** A day, by its front matter. */
  readonly reviewedOn: string | null;
  /** It was not changed after this day. */
  readonly changedOn: string;
  readonly brokenCommands: readonly {
    readonly step: number;
    readonly section: string | null;
    readonly problem: string;
  }[];
}

/** A file that is there and is not in the library as it is. */
export interface UnreadFact {
  readonly path: string;
  /** A sentence. */
  readonly reason: string;
  /** Its last copy, where there is one. */
  readonly runbookId: RunbookId | null;
}

export interface HygieneFacts {
  readonly alarms: readonly AlarmFact[];
  readonly unread: readonly UnreadFact[];
  readonly runbooks: readonly RunbookFact[];
}

const dayMs = 86_400_000;

const count = (number: number, one: string, many: string): string =>
  `${number} ${number === 1 ? one : many}`;

const cut = (text: string): string => (text.length > 300 ? `${text.slice(0, 299)}…` : text);

const and = (others: number): string =>
  others === 0 ? '' : ` and ${count(others, 'other alarm', 'other alarms')}`;

/** What alarms of this time lead to it. */
interface Led {
  readonly pages: number;
  readonly alarmId: AlarmId;
}

/** The worst of a group speaks for it. */
interface Group {
  readonly first: AlarmFact;
  readonly names: Set<string>;
  pages: number;
}

function group<Key>(
  alarms: readonly AlarmFact[],
  keysOf: (alarm: AlarmFact) => readonly Key[],
): Map<Key, Group> {
  const groups = new Map<Key, Group>();
  for (const alarm of alarms.toSorted((a, b) => b.pages - a.pages)) {
    for (const key of new Set(keysOf(alarm))) {
      const known = groups.get(key) ?? { first: alarm, names: new Set<string>(), pages: 0 };
      known.names.add(alarm.name);
      known.pages += alarm.pages;
      groups.set(key, known);
    }
  }
  return groups;
}

function withoutRunbook(alarms: readonly AlarmFact[]): HygieneFinding[] {
  const paged = alarms.filter((alarm) => !alarm.hasRunbook && alarm.pages > 0);
  return [...group(paged, (alarm) => [alarm.name])].map(([name, { first, pages }]) => ({
    kind: 'no_runbook',
    title: name,
    text:
      first.closest === null
        ? 'Paged, and no runbook names it or resembles it.'
        : `Paged, and no runbook names it. The closest is ${cut(first.closest)}.`,
    next:
      first.closest === null
        ? `Write one, with alerts: [${cut(name)}] in its front matter.`
        : 'If that is the one, say so at the alarm; otherwise write one.',
    pages,
    alarmId: first.alarmId,
    runbookId: null,
    path: null,
    anchor: null,
  }));
}

function deadLinks(alarms: readonly AlarmFact[]): HygieneFinding[] {
  const dead = (alarm: AlarmFact): LinkFact[] =>
    alarm.links.filter(({ runbookId }) => runbookId === null);
  const facts = new Map(alarms.flatMap(dead).map((fact) => [fact.link, fact]));
  return [...group(alarms, (alarm) => dead(alarm).map(({ link }) => link))].map(
    ([link, { first, names, pages }]) => {
      const fact = facts.get(link);
      const others = and(names.size - 1);
      const problem = fact?.page?.problem ?? null;
      const text =
        problem !== null
          ? `The link of this alarm${others} cannot be copied: ${cut(problem)}`
          : fact?.isSiteKept === false
            ? `The link of this alarm${others} leads to a site of which nothing is kept here`
            : `The link of this alarm${others} leads to no runbook`;
      return {
        kind: 'dead_link',
        title: first.name,
        text: `${text.replace(/\.$/, '')}: ${cut(link)}`,
        next:
          fact?.page?.next ??
          (fact?.isSiteKept === false
            ? 'Let web pages be copied in Settings, or add the repository that the site is made from.'
            : first.hasRunbook
              ? 'Correct the link in the alarm’s rule; its name leads to a runbook already.'
              : 'Write the page, or correct the link in the alarm’s rule.'),
        pages,
        alarmId: first.alarmId,
        runbookId: null,
        path: null,
        anchor: null,
      };
    },
  );
}

function missingSections(
  alarms: readonly AlarmFact[],
  runbooks: ReadonlyMap<RunbookId, RunbookFact>,
): HygieneFinding[] {
  const missing = (alarm: AlarmFact): LinkFact[] =>
    alarm.links.filter(({ runbookId, isSectionFound }) => runbookId !== null && !isSectionFound);
  const facts = new Map(alarms.flatMap(missing).map((fact) => [fact.link, fact]));
  return [...group(alarms, (alarm) => missing(alarm).map(({ link }) => link))].map(
    ([link, { first, names, pages }]) => {
      const runbookId = facts.get(link)?.runbookId ?? null;
      const path = runbookId === null ? null : (runbooks.get(runbookId)?.path ?? null);
      const anchor = link.split('#').slice(1).join('#');
      return {
        kind: 'missing_section',
        title: first.name,
        text: `The link of this alarm${and(names.size - 1)} names a section that ${path ?? 'its runbook'} does not have: #${cut(anchor)}`,
        next: 'Add the section or its anchor to the runbook, or correct the link in the alarm’s rule.',
        pages,
        alarmId: first.alarmId,
        runbookId,
        path,
        anchor: null,
      };
    },
  );
}

/** An alarm may know a file by its name that nothing else is known of. */
function unreadFiles(
  unread: readonly UnreadFact[],
  alarms: readonly AlarmFact[],
  pagesOf: ReadonlyMap<RunbookId, Led>,
): HygieneFinding[] {
  const byName = new Map<string, Led>();
  for (const { name, pages, alarmId } of alarms) {
    const key = foldName(name);
    const known = byName.get(key);
    byName.set(key, { pages: (known?.pages ?? 0) + pages, alarmId: known?.alarmId ?? alarmId });
  }
  return unread.map(({ path, reason, runbookId }) => {
    const led =
      (runbookId === null ? undefined : pagesOf.get(runbookId)) ??
      byName.get(foldName(pathName(path)));
    return {
      kind: 'unread',
      title: path.split('/').at(-1) ?? path,
      text: reason,
      next:
        runbookId === null
          ? 'Mend it or take it away: as it is, no alarm and no search finds it.'
          : 'Mend it or take it away: until then its last copy is shown.',
      pages: led?.pages ?? 0,
      alarmId: led?.alarmId ?? null,
      runbookId,
      path,
      anchor: null,
    };
  });
}

const daysSince = (day: string, nowMs: number): number | null => {
  const ms = Date.parse(day.slice(0, 10));
  return Number.isNaN(ms) ? null : Math.floor((nowMs - ms) / dayMs);
};

function unreviewed(
  runbook: RunbookFact,
  nowMs: number,
  mostDays: number,
): Pick<HygieneFinding, 'text' | 'next'> | null {
  if (!runbook.isOwn) return null;
  const { reviewedOn, changedOn } = runbook;
  const days = daysSince(reviewedOn ?? changedOn, nowMs);
  if (days === null || days <= mostDays) return null;
  return {
    text:
      reviewedOn === null
        ? `No review is noted, and it was not changed for ${days} days.`
        : `Last reviewed on ${reviewedOn}, ${days} days ago.`,
    next: 'Go through it, correct it, and write reviewed: with the day into its front matter.',
  };
}

const order: readonly HygieneKind[] = [
  'no_runbook',
  'dead_link',
  'missing_section',
  'unread',
  'broken_front_matter',
  'broken_command',
  'dead_reference',
  'stub',
  'unreviewed',
  'never_used',
];

/** Everything, the most pages first; where they are equal, what costs a night before what is only untidy. */
export function hygieneFindings(
  { alarms, runbooks, unread }: HygieneFacts,
  { nowMs, unreviewedDays }: { nowMs: number; unreviewedDays: number },
): HygieneFinding[] {
  const byId = new Map(runbooks.map((runbook) => [runbook.id, runbook]));
  const pagesOf = new Map<RunbookId, Led>();
  for (const alarm of alarms) {
    for (const id of alarm.runbookIds) {
      const known = pagesOf.get(id);
      pagesOf.set(id, {
        pages: (known?.pages ?? 0) + alarm.pages,
        alarmId: known?.alarmId ?? alarm.alarmId,
      });
    }
  }
  const findings = [
    ...withoutRunbook(alarms),
    ...deadLinks(alarms),
    ...missingSections(alarms, byId),
    ...unreadFiles(unread, alarms, pagesOf),
  ];
  for (const runbook of runbooks) {
    const { id, title, path } = runbook;
    const led = pagesOf.get(id);
    const base = {
      title,
      pages: led?.pages ?? 0,
      alarmId: led?.alarmId ?? null,
      runbookId: id,
      path,
      anchor: null,
    };
    const old = unreviewed(runbook, nowMs, unreviewedDays);
    if (old !== null) findings.push({ kind: 'unreviewed', ...base, ...old });
    for (const told of upkeepFindings(runbook, nowMs, led !== undefined))
      findings.push({ ...base, ...told });
    const [broken, ...more] = runbook.brokenCommands;
    if (broken !== undefined) {
      const place = broken.section === null ? '' : ` (${cut(broken.section)})`;
      findings.push({
        kind: 'broken_command',
        ...base,
        text: `The command of step ${broken.step}${place} cannot be read: ${cut(broken.problem)}${more.length === 0 ? '' : `; ${more.length} more like it`}.`,
        next: 'Correct it: as it is, it would fail in the night.',
      });
    }
  }
  return findings.toSorted(
    (a, b) =>
      b.pages - a.pages ||
      order.indexOf(a.kind) - order.indexOf(b.kind) ||
      a.title.localeCompare(b.title, 'en') ||
      (a.path ?? '').localeCompare(b.path ?? '', 'en'),
  );
}
