/** The library as its screen shows it: where its runbooks come from, what is in them, and how old their copies are. Pure. */
import type {
  RunbookHit,
  RunbookSource,
  RunbookSummary,
} from '../../../preload/contract/runbooks.ts';
import { daysAgoText } from '../../ui/time-text.ts';

export interface SourceView extends RunbookSource {
  /** By title. */
  readonly runbooks: readonly RunbookSummary[];
}

const byTitle = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Sources that something is wrong with first: what they hold may be old. */
export function sourceViews(library: {
  readonly runbooks: readonly RunbookSummary[];
  readonly sources: readonly RunbookSource[];
}): SourceView[] {
  const inFolder = new Map<string, RunbookSummary[]>();
  for (const runbook of library.runbooks) {
    const own = inFolder.get(runbook.folder);
    if (own === undefined) inFolder.set(runbook.folder, [runbook]);
    else own.push(runbook);
  }
  return library.sources
    .map((source): SourceView => {
      const runbooks = inFolder.get(source.folder) ?? [];
      return {
        ...source,
        runbooks: runbooks.toSorted(
          (a, b) => byTitle.compare(a.title, b.title) || byTitle.compare(a.path, b.path),
        ),
      };
    })
    .sort((a, b) => Number(b.problem !== null) - Number(a.problem !== null));
}

const dayMs = 86_400_000;

/** A review this old is said aloud: systems change faster. */
const oldAfterDays = 365;

export interface ReviewWords {
  readonly text: string;
  readonly isOld: boolean;
}

/** "reviewed 3 weeks ago"; what is no date in the past is shown as it was written. */
export function reviewWords(reviewedOn: string | null, now: number): ReviewWords | null {
  if (reviewedOn === null || reviewedOn === '') return null;
  const ago = daysAgoText(reviewedOn, now);
  if (ago === null) return { text: `reviewed ${reviewedOn.slice(0, 40)}`, isOld: false };
  const days = Math.floor((now - Date.parse(reviewedOn.slice(0, 10))) / dayMs);
  return { text: `reviewed ${ago}`, isOld: days > oldAfterDays };
}

export interface LibraryPlace {
  readonly text: string;
  /** The alarm for which a runbook is looked for; it goes along with the choice. */
  readonly alarmId: string | null;
}

export function readLibraryPlace(search: string): LibraryPlace {
  const parameters = new URLSearchParams(search);
  const alarm = parameters.get('alarm') ?? '';
  return {
    text: (parameters.get('q') ?? '').slice(0, 500),
    alarmId: /^[1-9]\d{0,14}$/.test(alarm) ? alarm : null,
  };
}

export function libraryPlace({ text, alarmId }: LibraryPlace): string {
  const parameters = new URLSearchParams();
  if (text !== '') parameters.set('q', text);
  if (alarmId !== null) parameters.set('alarm', alarmId);
  const search = parameters.toString();
  return search === '' ? '/runbooks' : `/runbooks?${search}`;
}

/** Where a line of the library leads: a hit opens at its section, with all steps of the document. */
export function runbookPlace(
  id: RunbookSummary['id'],
  section: RunbookHit['anchor'],
  alarmId: string | null,
  /** `hit`: what was looked for; the steps are those of its alarm, where the document is about several. */
  as: 'section' | 'hit' = 'section',
): string {
  const parameters = new URLSearchParams();
  if (alarmId !== null) parameters.set('alarm', alarmId);
  if (section !== null && section !== '') parameters.set(as, section);
  const search = parameters.toString();
  return search === '' ? `/runbooks/${id}` : `/runbooks/${id}?${search}`;
}

/** What was typed, without one of its filters. */
export function withoutFilter(typed: string, filter: { readonly text: string }): string {
  const at = typed.indexOf(filter.text);
  if (at === -1) return typed;
  return `${typed.slice(0, at)}${typed.slice(at + filter.text.length)}`.replace(/\s+/g, ' ').trim();
}
