/** The hygiene report: what is known of alarms and runbooks, put through the rules of `findings.ts` whenever it is asked for. */
import type { AlarmId, ExportedFile, RunbookId } from '../../../preload/contract/common.ts';
import type {
  Hygiene,
  HygieneFinding,
  HygieneInput,
  HygieneKind,
} from '../../../preload/contract/runbook-hygiene.ts';
import type { RunbookSource } from '../../../preload/contract/runbooks.ts';
import { toInstant, type Clock } from '../../clock.ts';
import type { ReadableDb } from '../../store/database.ts';
import { commandProblem } from '../command-syntax.ts';
import { keyOf, nameOf } from '../matching/alarm-facts.ts';
import type { createMatching } from '../matching/matching-service.ts';
import type { Library } from '../library.ts';
import { createBreath } from '../turns.ts';
import { createDeadReferences, type ReferenceDeps } from './dead-references.ts';
import { hygieneCsv, hygieneMarkdown, kindWords, type HygieneReport } from './export.ts';
import {
  hygieneFindings,
  type AlarmFact,
  type HygieneFacts,
  type LinkFact,
  type RunbookFact,
  type UnreadFact,
} from './findings.ts';
import { stubLength } from './written-links.ts';
import { createHygieneStore, type AlarmRow, type RunbookRow } from './hygiene-store.ts';

type Matching = Pick<
  ReturnType<typeof createMatching>,
  'certainOf' | 'linkStates' | 'matchAlarm' | 'idOfFile'
>;

export interface HygieneDeps {
  readonly db: ReadableDb;
  readonly clock: Clock;
  readonly matching: Matching;
  readonly resolveLinks: ReferenceDeps['resolveLinks'];
  readonly library: ReferenceDeps['library'] & Pick<Library, 'unread'>;
  readonly sources: { list(): readonly Pick<RunbookSource, 'folder' | 'kind'>[] };
}

const dayMs = 86_400_000;
const alarmsAtOnce = 200;
const runbooksAtOnce = 50;
/** A site puts the list of its pages there. */
const isSectionPage = /(?:^|\/)_?index\.[^/]*$/i;
/** A suggestion takes a search; only for those that are near the top of the list. */
const mostSuggested = 100;
/** Of each kind; a screen of thousands helps nobody. The export has them all. */
const mostShown = 200;

/** Alarms of one key lead to the same runbooks and share one question. */
interface Kind {
  readonly alarm: AlarmRow;
  /** The one that paged most. */
  worst: { id: AlarmId; pages: number };
  pages: number;
}

const hostOf = (link: string): string | null => URL.parse(link)?.host.toLowerCase() || null;

export function createHygiene(deps: HygieneDeps) {
  const { db, clock, matching, sources, resolveLinks, library } = deps;
  const store = createHygieneStore(db);

  const readKinds = async (from: string, breathe: () => Promise<void>): Promise<Kind[]> => {
    const pages = store.pages(from);
    const ids = [...new Set([...pages.keys(), ...store.alarmIds(from)])];
    const kinds = new Map<string, Kind>();
    for (let at = 0; at < ids.length; at += alarmsAtOnce) {
      for (const alarm of store.alarms(ids.slice(at, at + alarmsAtOnce))) {
        const key = keyOf(alarm);
        const own = pages.get(alarm.id) ?? 0;
        const kind = kinds.get(key) ?? { alarm, worst: { id: alarm.id, pages: own }, pages: 0 };
        if (own > kind.worst.pages) kind.worst = { id: alarm.id, pages: own };
        kind.pages += own;
        kinds.set(key, kind);
      }
      await breathe();
    }
    return [...kinds.values()].toSorted((a, b) => b.pages - a.pages);
  };

  const readAlarms = async (
    kinds: readonly Kind[],
    breathe: () => Promise<void>,
  ): Promise<AlarmFact[]> => {
    const states = new Map<Kind, ReturnType<Matching['linkStates']>>();
    const keptHosts = new Set<string>();
    for (const kind of kinds) {
      const found = matching.linkStates(kind.alarm);
      states.set(kind, found);
      for (const { link, isCertain } of found) {
        const host = hostOf(link);
        if (isCertain && host !== null) keptHosts.add(host);
      }
      await breathe();
    }
    const facts: AlarmFact[] = [];
    let suggested = 0;
    for (const kind of kinds) {
      const certain = matching.certainOf(kind.alarm);
      const links = (states.get(kind) ?? []).map((state): LinkFact => {
        const host = hostOf(state.link);
        return {
          link: state.link,
          runbookId: state.runbookId,
          isSectionFound: state.isSectionFound,
          isSiteKept: host === null || keptHosts.has(host),
          page: state.runbookId === null ? store.page(state.link.replace(/#.*$/s, '')) : null,
        };
      });
      const isAsked = certain.length === 0 && kind.pages > 0 && suggested < mostSuggested;
      if (isAsked) suggested++;
      const [closest] = isAsked ? matching.matchAlarm(kind.alarm) : [];
      facts.push({
        alarmId: kind.worst.id,
        name: nameOf(kind.alarm),
        pages: kind.pages,
        hasRunbook: certain.length > 0,
        closest: closest === undefined ? null : `${closest.title} (${closest.reason})`,
        links,
        runbookIds: certain.map(({ runbookId }) => runbookId),
      });
      await breathe();
    }
    return facts;
  };

  const toFact = (
    row: RunbookRow,
    isOwn: boolean,
    used: ReadonlySet<RunbookId | null>,
    deadLinks: readonly string[],
  ): RunbookFact => ({
    id: row.id,
    title: row.title,
    path: row.path,
    isOwn,
    reviewedOn: row.reviewedOn,
    // The files of a clone are as young as the clone, but no younger than its newest commit.
    changedOn: [row.modifiedAt, row.committedAt ?? row.modifiedAt].toSorted()[0] ?? row.modifiedAt,
    isUsed: used.has(row.id),
    stepCount: row.steps.length,
    addedAt: row.addedAt,
    problem: row.problem,
    stubLength:
      row.steps.length === 0 && !isSectionPage.test(row.path) ? stubLength(row.markdown) : null,
    deadLinks,
    brokenCommands: row.steps.flatMap((step, index) =>
      step.commands.flatMap(({ quoting, text }) => {
        const problem = commandProblem(quoting, text);
        return problem === null ? [] : [{ step: index + 1, section: step.section, problem }];
      }),
    ),
  });

  const readRunbooks = async (breathe: () => Promise<void>): Promise<RunbookFact[]> => {
    const kinds = new Map(sources.list().map(({ folder, kind }) => [folder, kind]));
    const used = new Set(store.used().map(({ folder, path }) => matching.idOfFile(folder, path)));
    const deadIn = createDeadReferences({ resolveLinks, library }, breathe);
    const facts: RunbookFact[] = [];
    let after = 0;
    for (;;) {
      const rows = store.runbooksAfter(after, runbooksAtOnce);
      for (const row of rows) {
        after = row.id;
        const kind = kinds.get(row.folder);
        // Nobody here can mend what came with the program.
        if (kind !== undefined && kind !== 'shipped') {
          const isOwn = kind !== 'web';
          facts.push(toFact(row, isOwn, used, isOwn ? await deadIn(row) : []));
        }
        await breathe();
      }
      if (rows.length < runbooksAtOnce) return facts;
    }
  };

  const readUnread = (): UnreadFact[] =>
    sources.list().flatMap(({ folder, kind }) =>
      kind === 'shipped' || kind === 'web'
        ? []
        : library.unread(folder).map(({ path, reason }) => ({
            path,
            reason,
            runbookId: matching.idOfFile(folder, path),
          })),
    );

  const gather = async ({ days }: HygieneInput): Promise<HygieneFacts> => {
    const from = toInstant(clock.now() - days * dayMs);
    const breathe = createBreath(clock);
    const kinds = await readKinds(from, breathe);
    return {
      alarms: await readAlarms(kinds, breathe),
      runbooks: await readRunbooks(breathe),
      unread: readUnread(),
    };
  };

  const rules = (facts: HygieneFacts, input: HygieneInput): HygieneFinding[] =>
    hygieneFindings(facts, { nowMs: clock.now(), unreviewedDays: input.unreviewedDays });

  return {
    async report(input: HygieneInput): Promise<Hygiene> {
      const facts = await gather(input);
      const shown = new Map<HygieneKind, number>();
      const counts = Object.fromEntries(Object.keys(kindWords).map((kind) => [kind, 0])) as Record<
        HygieneKind,
        number
      >;
      const findings = rules(facts, input).filter(({ kind }) => {
        counts[kind] += 1;
        const before = shown.get(kind) ?? 0;
        shown.set(kind, before + 1);
        return before < mostShown;
      });
      return {
        checkedAt: toInstant(clock.now()),
        ...input,
        counts,
        findings,
        alarms: new Set(facts.alarms.map(({ name }) => name)).size,
        runbooks: facts.runbooks.length,
      };
    },

    async export(input: HygieneInput & { format: 'markdown' | 'csv' }): Promise<ExportedFile> {
      const report: HygieneReport = {
        checkedOn: toInstant(clock.now()).slice(0, 10),
        days: input.days,
        unreviewedDays: input.unreviewedDays,
        findings: rules(await gather(input), input),
      };
      return input.format === 'csv' ? hygieneCsv(report) : hygieneMarkdown(report);
    },
  };
}
