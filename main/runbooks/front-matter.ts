/** The block of settings some documents begin with: YAML, TOML or JSON. A broken one costs its values, not the document, and says so. */
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import {
  entriesOf,
  frontMatterProblem,
  type FrontMatterKind,
  type FrontMatterProblem,
} from './broken-front-matter.ts';
import type { RunbookMeta } from './model.ts';

export const emptyMeta: RunbookMeta = {
  title: null,
  alerts: [],
  reviewedOn: null,
  services: [],
  urls: [],
};

const longest = 64 * 1024;

interface Block {
  readonly kind: FrontMatterKind;
  readonly block: string;
  readonly rest: string;
  /** Lines of the file above it. */
  readonly linesBefore: number;
}

const linesIn = (text: string): number => text.split('\n').length - 1;

function splitOff(text: string): Block | null {
  if (!/^\s*(?:---|\+\+\+|\{)/.test(text)) return null;
  // Sticky: looked for at the beginning only, not at each of a thousand empty lines.
  const fenced = /(\s*(---|\+\+\+)[ \t]*\n)([\s\S]*?)\n?^(?:\2|\.\.\.)[ \t]*(?:\n|$)/my.exec(
    text.slice(0, longest),
  );
  if (fenced !== null) {
    return {
      kind: fenced[2] === '---' ? 'yaml' : 'toml',
      block: fenced[3] ?? '',
      rest: text.slice(fenced[0].length),
      linesBefore: linesIn(fenced[1] ?? ''),
    };
  }
  const json = /^\s*\{[ \t]*\n[\s\S]*?\n\}[ \t]*(?:\n|$)/.exec(text.slice(0, longest));
  if (json === null) return null;
  return { kind: 'json', block: json[0], rest: text.slice(json[0].length), linesBefore: 0 };
}

const mostAnchors = 100;
const mostBrackets = 1_000;

/** Each alias makes the parser look for its anchor from the top, and each bracket goes one deeper. */
const isHardYaml = (block: string): boolean =>
  (block.match(/[*&]\w/g)?.length ?? 0) > mostAnchors ||
  (block.match(/[[{]/g)?.length ?? 0) > mostBrackets;

class TooDeep extends Error {}

/** @throws what is wrong with it */
function read(kind: FrontMatterKind, block: string): unknown {
  if (kind === 'toml') return parseToml(block);
  if (kind === 'json') return JSON.parse(block);
  if (isHardYaml(block)) throw new TooDeep('It is nested too deep');
  // Aliases are refused beyond a few: a small file must not unfold into a huge one.
  return parseYaml(block, { maxAliasCount: 20, logLevel: 'error' });
}

const text = (value: unknown): string | null => {
  if (typeof value === 'string') return value.trim() === '' ? null : value.trim();
  return typeof value === 'number' ? String(value) : null;
};

const texts = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((item) => {
    if (typeof item === 'object' && item !== null && 'name' in item) return text(item.name) ?? [];
    return text(item) ?? [];
  });

const day = (value: unknown): string | null =>
  value instanceof Date
    ? value.toISOString().slice(0, 10)
    : (/^\d{4}-\d{2}-\d{2}/.exec(text(value) ?? '')?.[0] ?? null);

const knownKey =
  /^(?:title|name|alerts?|alarms?|reviewed(?:_?on)?|last_reviewed|services?|components?)[ \t]*[:=]/im;

/** Whether it begins like settings, which then never end. */
function isNeverClosed(start: string): boolean {
  const opened = /^\s*(?:---|\+\+\+)[ \t]*\n/.exec(start);
  if (opened === null) return false;
  const [lines = ''] = start.slice(opened[0].length).split(/\n[ \t]*\n/, 1);
  return knownKey.test(lines);
}

interface FrontMatter {
  readonly meta: RunbookMeta;
  /** The document without the block. */
  readonly markdown: string;
  /** Null: nothing is wrong with it, or there is none. */
  readonly problem: FrontMatterProblem | null;
}

function withoutBlock(source: string): FrontMatter {
  const start = source.slice(0, longest);
  const problem = isNeverClosed(start)
    ? {
        line: 1 + linesIn(/^\s*/.exec(start)?.[0] ?? ''),
        text: `The block at the top is never closed, so its title, alarms and review date do not count: it needs a line of three ${start.trimStart().startsWith('+') ? 'plus signs' : 'dashes'} after it.`,
      }
    : null;
  return { meta: emptyMeta, markdown: source, problem };
}

/** Settings that cannot be read, or a rule at the beginning of a document and another one later: that is text. */
function withBrokenBlock(source: string, found: Block, error: unknown): FrontMatter {
  const isSettings =
    found.kind === 'json'
      ? /^\s*\{\s*"[\w-]+"\s*:/.test(found.block)
      : /^\s*[\w-]+\s*[:=]/.test(found.block) &&
        (knownKey.test(found.block) || !/\n[ \t]*\n/.test(found.block));
  if (!isSettings) return { meta: emptyMeta, markdown: source, problem: null };
  const values = found.kind === 'yaml' && !(error instanceof TooDeep) ? entriesOf(found.block) : {};
  const meta = metaOf(values);
  return {
    meta,
    markdown: found.kind === 'json' ? source : found.rest,
    problem: frontMatterProblem(
      found.kind,
      error,
      found.linesBefore,
      meta.title !== null || meta.alerts.length > 0 || meta.reviewedOn !== null,
    ),
  };
}

/** The values Nightdesk knows, and the document without the block. */
export function readFrontMatter(source: string): FrontMatter {
  const found = splitOff(source);
  if (found === null) return withoutBlock(source);
  let values: unknown;
  try {
    values = read(found.kind, found.block);
  } catch (error) {
    return withBrokenBlock(source, found, error);
  }
  if (typeof values === 'object' && values !== null && !Array.isArray(values)) {
    return { meta: metaOf(values), markdown: found.rest, problem: null };
  }
  if (found.block.trim() === '') return { meta: emptyMeta, markdown: found.rest, problem: null };
  return /^\s*[\w-]+\s*:(?!\/\/)/.test(found.block)
    ? withBrokenBlock(source, found, new Error('It is no list of names and values'))
    : { meta: emptyMeta, markdown: source, problem: null };
}

function metaOf(values: object): RunbookMeta {
  const value = new Map(Object.entries(values).map(([key, item]) => [key.toLowerCase(), item]));
  const first = (...keys: string[]) =>
    keys.map((key) => value.get(key)).find((item) => item != null);
  return {
    title: text(first('title', 'name')),
    alerts: texts(first('alerts', 'alert', 'alarms', 'alarm')),
    reviewedOn: day(first('reviewed', 'reviewed_on', 'last_reviewed', 'reviewedon')),
    services: texts(first('services', 'service', 'components', 'component')),
    urls: ['url', 'runbook_url', 'source_url', 'canonical', 'permalink', 'aliases'].flatMap((key) =>
      texts(value.get(key)),
    ),
  };
}
