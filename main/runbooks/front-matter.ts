/** The block of settings some documents begin with: YAML, TOML or JSON. A broken one costs its values, not the document. */
import { parse as parseToml } from 'smol-toml';
import { parse as parseYaml } from 'yaml';
import type { RunbookMeta } from './model.ts';

export const emptyMeta: RunbookMeta = {
  title: null,
  alerts: [],
  reviewedOn: null,
  services: [],
  urls: [],
};

const longest = 64 * 1024;

function splitOff(
  text: string,
): { kind: 'yaml' | 'toml' | 'json'; block: string; rest: string } | null {
  if (!/^\s*(?:---|\+\+\+|\{)/.test(text)) return null;
  // Sticky: looked for at the beginning only, not at each of a thousand empty lines.
  const fenced = /\s*(---|\+\+\+)[ \t]*\n([\s\S]*?)\n?^(?:\1|\.\.\.)[ \t]*(?:\n|$)/my.exec(
    text.slice(0, longest),
  );
  if (fenced !== null) {
    return {
      kind: fenced[1] === '---' ? 'yaml' : 'toml',
      block: fenced[2] ?? '',
      rest: text.slice(fenced[0].length),
    };
  }
  const json = /^\s*\{[ \t]*\n[\s\S]*?\n\}[ \t]*(?:\n|$)/.exec(text.slice(0, longest));
  if (json === null) return null;
  return { kind: 'json', block: json[0], rest: text.slice(json[0].length) };
}

const mostAnchors = 100;
const mostBrackets = 1_000;

/** Each alias makes the parser look for its anchor from the top, and each bracket goes one deeper. */
export const isHardYaml = (block: string): boolean =>
  (block.match(/[*&]\w/g)?.length ?? 0) > mostAnchors ||
  (block.match(/[[{]/g)?.length ?? 0) > mostBrackets;

function read(kind: 'yaml' | 'toml' | 'json', block: string): unknown {
  try {
    if (kind === 'toml') return parseToml(block);
    if (kind === 'json') return JSON.parse(block);
    if (isHardYaml(block)) return null;
    // Aliases are refused beyond a few: a small file must not unfold into a huge one.
    return parseYaml(block, { maxAliasCount: 20, logLevel: 'silent' });
  } catch {
    return null;
  }
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

/** The values Nightdesk knows, and the document without the block. */
export function readFrontMatter(source: string): { meta: RunbookMeta; markdown: string } {
  const found = splitOff(source);
  if (found === null) return { meta: emptyMeta, markdown: source };
  const values = read(found.kind, found.block);
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    // A document may begin with a rule and use another one later: that is text, not settings.
    const isSettings = found.block.trim() === '' || /^\s*[\w-]+\s*[:=]/.test(found.block);
    return { meta: emptyMeta, markdown: isSettings ? found.rest : source };
  }
  const value = new Map(Object.entries(values).map(([key, item]) => [key.toLowerCase(), item]));
  const first = (...keys: string[]) =>
    keys.map((key) => value.get(key)).find((item) => item != null);
  return {
    meta: {
      title: text(first('title', 'name')),
      alerts: texts(first('alerts', 'alert', 'alarms', 'alarm')),
      reviewedOn: day(first('reviewed', 'reviewed_on', 'last_reviewed', 'reviewedon')),
      services: texts(first('services', 'service', 'components', 'component')),
      urls: ['url', 'runbook_url', 'source_url', 'canonical', 'permalink', 'aliases'].flatMap(
        (key) => texts(value.get(key)),
      ),
    },
    markdown: found.rest,
  };
}
