/**
 * What was typed into the search, taken apart: words, and filters such as `source:wiki`, `service:checkout`, `age>90d`. Any text is a
 * query: what looks like a filter and is none yet filters nothing. Pure.
 */
import type { RunbookFilter } from '../../../preload/contract/runbooks.ts';
import { withoutMarks } from './fold.ts';

const maxWords = 12;
const dayMs = 86_400_000;

/** Words as the index cuts them: runs of letters and digits, without accents. */
export function queryWords(text: string): string[] {
  const words = withoutMarks(text)
    .toLowerCase()
    .match(/[\p{L}\p{N}\p{Co}]+/gu);
  return [...new Set(words)].slice(0, maxWords).map((word) => word.slice(0, 60));
}

/** One thing a document must be; several of one kind are alternatives. */
export type Filter =
  | { readonly kind: 'source' | 'service'; readonly value: string }
  | { readonly kind: 'age'; readonly isOlder: boolean; readonly ms: number };

export interface Query {
  /** What is left without the filters. */
  readonly text: string;
  readonly filters: readonly Filter[];
  /** For people: every filter as it was written, and whether it does anything. */
  readonly shown: readonly RunbookFilter[];
}

const units: Readonly<Record<string, number>> = { d: 1, w: 7, m: 30, y: 365 };
const unitWords: Readonly<Record<string, string>> = { d: 'day', w: 'week', m: 'month', y: 'year' };

const pattern =
  /(?<=^|\s)(?:(source|service):(?:"([^"]*)"?|(\S*))|age\s?(?:(:?[<>]=?|:)\s?(\S*)))(?=\s|$)/giu;

function ageOf(
  sign: string,
  written: string,
): { readonly filter: Filter; readonly words: string } | null {
  const found = /^(\d{1,5})\s*(d|w|m|y)?(?:ays?|eeks?|onths?|o|ears?)?$/i.exec(written);
  if (found === null) return null;
  const count = Number(found[1]);
  const unit = (found[2] ?? 'd').toLowerCase();
  const isOlder = !sign.includes('<');
  return {
    filter: { kind: 'age', isOlder, ms: count * (units[unit] ?? 1) * dayMs },
    words: `${isOlder ? 'older' : 'newer'} than ${count} ${unitWords[unit] ?? 'day'}${count === 1 ? '' : 's'}`,
  };
}

export function readQuery(written: string): Query {
  const filters: Filter[] = [];
  const shown: RunbookFilter[] = [];
  const text = written.replace(
    pattern,
    (
      whole: string,
      name: string | undefined,
      quoted: string | undefined,
      plain: string | undefined,
      sign: string | undefined,
      age: string | undefined,
    ) => {
      if (name === undefined) {
        const found = ageOf(sign ?? '', age ?? '');
        if (found !== null) filters.push(found.filter);
        const words = found?.words ?? 'how old? Write age>90d, age<2w';
        shown.push({ text: whole, words, isUnderstood: found !== null });
        return ' ';
      }
      const kind = name.toLowerCase() === 'source' ? 'source' : 'service';
      const value = (quoted ?? plain ?? '').trim();
      if (value !== '') filters.push({ kind, value });
      const words = value === '' ? `which ${kind}?` : `${kind} ${value}`;
      shown.push({ text: whole, words, isUnderstood: value !== '' });
      return ' ';
    },
  );
  return { text: text.replace(/\s+/g, ' ').trim(), filters, shown };
}

const fold = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');

/** What filters look at. */
export interface Filtered {
  readonly folder: string;
  readonly path: string;
  readonly services: readonly string[];
  /** When it was reviewed, else when it changed. */
  readonly asOfMs: number;
}

export interface FilterContext {
  readonly now: number;
  /** What else people call a folder: the title and the kind of its source. */
  readonly sourceNames: ReadonlyMap<string, readonly string[]>;
}

function fits(filter: Filter, document: Filtered, context: FilterContext): boolean {
  if (filter.kind === 'age') {
    const age = context.now - document.asOfMs;
    return filter.isOlder ? age > filter.ms : age <= filter.ms;
  }
  const wanted = fold(filter.value);
  // Signs alone name nothing.
  if (wanted === '') return true;
  if (filter.kind === 'source') {
    return [document.folder, ...(context.sourceNames.get(document.folder) ?? [])].some((name) =>
      fold(name).includes(wanted),
    );
  }
  const parts = document.path.replace(/\.\w+$/, '').split('/');
  return [...parts, ...document.services].some((name) => fold(name).startsWith(wanted));
}

/** Filters of one kind are alternatives, but for ages, of which two are a span. */
export function isChosen(
  filters: readonly Filter[],
  document: Filtered,
  context: FilterContext,
): boolean {
  const ages = filters.filter((filter) => filter.kind === 'age');
  if (!ages.every((filter) => fits(filter, document, context))) return false;
  return (['source', 'service'] as const).every((kind) => {
    const own = filters.filter((filter) => filter.kind === kind);
    return own.length === 0 || own.some((filter) => fits(filter, document, context));
  });
}
