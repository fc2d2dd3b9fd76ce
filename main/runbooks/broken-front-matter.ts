/**
 * What is wrong with front matter that is no YAML, TOML or JSON, and what of it still stands for certain: the values of YAML
 * that begin a line, each read for itself. Pure.
 */
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { TomlError } from 'smol-toml';

export type FrontMatterKind = 'yaml' | 'toml' | 'json';

export interface FrontMatterProblem {
  /** Of the file, from 1. */
  readonly line: number;
  /** For people: what is wrong, and what it costs. */
  readonly text: string;
}

/** What to do about any of them. */
export const frontMatterNext =
  'Edit it (e); a text with a colon, a bracket or a quote in it needs quotes around it: title: "Disk: full".';

const kindNames: Readonly<Record<FrontMatterKind, string>> = {
  yaml: 'YAML',
  toml: 'TOML',
  json: 'JSON',
};

/** The line within the block, from 1. */
function lineOf(error: unknown): number | null {
  if (error instanceof YAMLParseError) return error.linePos?.[0].line ?? null;
  if (error instanceof TomlError) return error.line;
  const named = error instanceof Error ? /\bline (\d+)/.exec(error.message)?.[1] : undefined;
  return named === undefined ? null : Number(named);
}

/** The parser's words for what goes wrong most often say nothing to a person. */
const plainReasons: readonly (readonly [RegExp, string])[] = [
  [/^Nested mappings are not allowed/, 'a value with a colon in it needs quotes around it'],
  [/^Map keys must be unique/, 'a name is there twice'],
  [/^(?:Flow sequence|Flow map)\b/, 'a bracket is never closed'],
  [/^Missing closing .?quote/, 'a quote is never closed'],
];

function reasonOf(error: unknown): string {
  const [first = ''] = (error instanceof Error ? error.message : '').split('\n');
  const plain = plainReasons.find(([pattern]) => pattern.test(first));
  if (plain !== undefined) return plain[1];
  return first
    .replace(/ at line .*$/, '')
    .replace(/ in JSON at position .*$/, '')
    .replace(/^Invalid TOML document: /, '')
    .replace(/[.:]+$/, '')
    .slice(0, 200);
}

/** `before`: lines of the file above the block. */
export function frontMatterProblem(
  kind: FrontMatterKind,
  error: unknown,
  before: number,
  isPartlyRead: boolean,
): FrontMatterProblem {
  const line = before + (lineOf(error) ?? 1);
  const cost = isPartlyRead
    ? 'so only those of its lines count that can be read on their own'
    : 'so its title, alarms and review date do not count';
  const reason = reasonOf(error);
  return {
    line,
    text: `The block at the top is no ${kindNames[kind]}, ${cost}: ${reason === '' ? 'it cannot be read' : reason} (line ${line}).`,
  };
}

const entryStart = /^([A-Za-z_][\w-]*)[ \t]*:(?:[ \t]|$)/;

/** A title with a colon in it, which is what breaks most of them: nobody means anything else by it. */
const colonTitle = /^title[ \t]*:[ \t]+([A-Za-z0-9][^#"'`{}[\]&*!|>%@\n]*)$/i;

const mostEntries = 200;

/**
 * The entries that are whole by themselves: in YAML, what begins a line is a key of the outermost level, whatever stands
 * around it. One that is there twice is left out, because nobody can tell which is meant.
 */
export function entriesOf(block: string): Record<string, unknown> {
  const entries: { key: string; text: string }[] = [];
  for (const line of block.split('\n')) {
    const key = entryStart.exec(line)?.[1];
    const last = entries.at(-1);
    if (key !== undefined) entries.push({ key: key.toLowerCase(), text: line });
    else if (last !== undefined) last.text += `\n${line}`;
    if (entries.length > mostEntries) return {};
  }
  const count = new Map<string, number>();
  for (const { key } of entries) count.set(key, (count.get(key) ?? 0) + 1);
  return Object.fromEntries(
    entries.flatMap(({ key, text }): [string, unknown][] => {
      if (count.get(key) !== 1) return [];
      const title = colonTitle.exec(text.trimEnd())?.[1];
      try {
        const value: unknown = parseYaml(text, { maxAliasCount: 0, logLevel: 'error' });
        if (typeof value !== 'object' || value === null) return [];
        return Object.entries(value).map(([, item]): [string, unknown] => [key, item]);
      } catch {
        return title === undefined ? [] : [[key, title.trim()]];
      }
    }),
  );
}
