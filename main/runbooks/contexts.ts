/**
 * Where in a command a placeholder stands: in the open, inside quotes, in a comment.
 *
 * Each reader walks the command once and steps over the placeholders, so that `<namespace>` is not taken for a redirection.
 */
import type { Language } from './model.ts';

export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * `open`: no quotes. `single`, `double`: inside such quotes. `comment`: never executed.
 * `fragile`: a place whose rules cannot be kept (a here-document, `${…}`, backticks, quotes that never close).
 */
export type Place = 'open' | 'single' | 'double' | 'comment' | 'fragile';

export interface Context {
  readonly place: Place;
  /** Of a fragile place: the shell puts the value of a `$X` in there. */
  readonly isExpanded?: boolean;
  readonly isWordStart: boolean;
  /** The value would choose the program to run. */
  readonly isCommandStart: boolean;
  /** The text before it on the same level, for languages where the word before decides. */
  readonly before: string;
}

type Frame = 'open' | 'paren' | 'single' | 'double' | 'ansi' | 'backtick' | 'brace' | 'arithmetic';

/** Words after which another command begins. */
const keepsCommandStart =
  /^(then|do|else|elif|if|while|until|sudo|env|exec|command|time|nohup|!|\{|[A-Za-z_]\w*=.*)$/;

/** Nothing but placeholders stands on its line. */
function isAloneOnLine(text: string, spans: readonly Span[], { start, end }: Span): boolean {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const next = text.indexOf('\n', end);
  const to = next === -1 ? text.length : next;
  const here = spans.filter((span) => span.start >= from && span.end <= to);
  const left = here.reduceRight(
    (line, span) => line.slice(0, span.start - from) + line.slice(span.end - from),
    text.slice(from, to),
  );
  return left.trim() === '';
}

function shellContexts(text: string, spans: readonly Span[]): Context[] {
  const contexts: Context[] = [];
  const frames: Frame[] = ['open'];
  let word = '';
  let isCommandStart = true;
  let heredocs: { readonly name: string; readonly isExpanded: boolean }[] = [];
  let next = 0;
  let index = 0;

  const top = (): Frame => frames.at(-1) ?? 'open';
  const place = (): Place => {
    if (
      frames.some(
        (frame) =>
          frame === 'ansi' || frame === 'backtick' || frame === 'brace' || frame === 'arithmetic',
      )
    ) {
      return 'fragile';
    }
    return top() === 'single' ? 'single' : top() === 'double' ? 'double' : 'open';
  };
  const endWord = (): void => {
    if (word !== '') isCommandStart = isCommandStart && keepsCommandStart.test(word);
    word = '';
  };
  const beginCommand = (): void => {
    word = '';
    isCommandStart = true;
  };
  const record = (at: Place, isExpanded = false): void => {
    const span = spans[next];
    if (span === undefined) return;
    contexts.push({
      place: at,
      isExpanded,
      isWordStart: /^["']*$/.test(word),
      isCommandStart,
      before: '',
    });
    word += 'x';
    index = span.end;
    next++;
  };
  /** Consumes up to `end`, giving every placeholder inside it the same place. */
  const consume = (end: number, at: Place): void => {
    while (spans[next] !== undefined && (spans[next]?.start ?? 0) < end) record(at);
    index = Math.max(index, end);
  };

  while (index < text.length) {
    if (spans[next]?.start === index) {
      record(place(), frames.includes('backtick') && top() !== 'single' && top() !== 'ansi');
      continue;
    }
    const char = text[index] ?? '';
    const pair = text.slice(index, index + 2);
    const frame = top();
    if (frame === 'single') {
      if (char === "'") frames.pop();
      word += char;
      index++;
    } else if (frame === 'ansi') {
      if (char === "'") frames.pop();
      index += char === '\\' ? 2 : 1;
    } else if (char === '\\') {
      if (text[index + 1] === '\n') endWord();
      else word += pair;
      index += 2;
    } else if (frame === 'backtick' && char === '`') {
      frames.pop();
      index++;
    } else if (frame === 'brace' && char === '}') {
      frames.pop();
      index++;
    } else if (frame === 'arithmetic' && pair === '))') {
      frames.pop();
      index += 2;
    } else if (frame === 'double' && char === '"') {
      frames.pop();
      word += char;
      index++;
    } else if (pair === '$(') {
      const isArithmetic = text[index + 2] === '(';
      frames.push(isArithmetic ? 'arithmetic' : 'paren');
      beginCommand();
      index += isArithmetic ? 3 : 2;
    } else if (pair === '${') {
      frames.push('brace');
      index += 2;
    } else if (char === '`') {
      frames.push('backtick');
      beginCommand();
      index++;
    } else if (frame === 'double' || frame === 'brace' || frame === 'arithmetic') {
      word += char;
      index++;
    } else if (pair === "$'") {
      frames.push('ansi');
      index += 2;
    } else if (char === "'" || char === '"') {
      frames.push(char === "'" ? 'single' : 'double');
      word += char;
      index++;
    } else if (char === '#' && word === '') {
      const end = text.indexOf('\n', index);
      consume(end === -1 ? text.length : end, 'comment');
    } else if (pair === '<<' && text[index + 2] !== '<') {
      const found = /^<<-?\s*(["']?)([A-Za-z_]\w*)\1/.exec(text.slice(index, index + 80));
      if (found !== null) heredocs.push({ name: found[2] ?? '', isExpanded: found[1] === '' });
      endWord();
      index += found?.[0].length ?? 2;
    } else if (char === '\n') {
      beginCommand();
      index++;
      for (const { name, isExpanded } of heredocs) {
        const rest = text.slice(index);
        const end = new RegExp(`^[\\t ]*${name}[\\t ]*$`, 'm').exec(rest);
        const until = end === null ? text.length : index + end.index + end[0].length;
        // Its lines are what a program reads, not commands; but a value that is a line of its own may end it.
        word = 'x';
        for (let span = spans[next]; span !== undefined && span.start < until; span = spans[next]) {
          isCommandStart = isAloneOnLine(text, spans, span);
          record('fragile', isExpanded);
        }
        index = Math.max(index, until);
      }
      if (heredocs.length > 0) beginCommand();
      heredocs = [];
    } else if (char === ')' && frame === 'paren') {
      frames.pop();
      word = 'x';
      isCommandStart = false;
      index++;
    } else if (char === '(') {
      frames.push('paren');
      beginCommand();
      index++;
    } else if (char === ';' || char === '|' || char === '&') {
      beginCommand();
      index++;
    } else if (char === ' ' || char === '\t') {
      endWord();
      index++;
    } else {
      word += char;
      index++;
    }
  }
  // Quotes that never close mean that the reading above is not what a shell would read.
  const isWhole = frames.length === 1 && contexts.length === spans.length;
  return isWhole
    ? contexts
    : spans.map(() => ({ place: 'fragile', isWordStart: true, isCommandStart: false, before: '' }));
}

interface Quotes {
  readonly single: boolean;
  readonly double: boolean;
  /** Quotes whose content has no escapes at all. */
  readonly raw: readonly string[];
  readonly escape: string;
  readonly line: readonly string[];
  readonly block: readonly [string, string][];
}

const quotesOf: Readonly<Record<Exclude<Language, 'sh'>, Quotes>> = {
  sql: {
    single: true,
    double: true,
    raw: ['$$', '`'],
    escape: '',
    line: ['--'],
    block: [['/*', '*/']],
  },
  promql: { single: true, double: true, raw: ['`'], escape: '\\', line: ['#'], block: [] },
  json: { single: false, double: true, raw: [], escape: '\\', line: [], block: [] },
  powershell: {
    single: true,
    double: true,
    raw: [],
    escape: '`',
    line: ['#'],
    block: [
      ['<#', '#>'],
      ['@"', '"@'],
      ["@'", "'@"],
    ],
  },
  http: { single: false, double: false, raw: [], escape: '', line: [], block: [] },
  other: { single: false, double: false, raw: [], escape: '', line: [], block: [] },
};

const longestBefore = 2_000;

function quotedContexts(
  language: Exclude<Language, 'sh'>,
  text: string,
  spans: readonly Span[],
): Context[] {
  const rules = quotesOf[language];
  const contexts: Context[] = [];
  let closing = '';
  let place = 'open' as Place;
  let next = 0;
  let index = 0;
  let lineStart = 0;
  const open = (end: string, at: Place, length: number): void => {
    closing = end;
    place = at;
    index += length;
  };
  while (index < text.length) {
    const span = spans[next];
    if (span?.start === index) {
      // A line of a megabyte is no command of a person, and must not be read again for each of its holes.
      const before = text.slice(Math.max(lineStart, index - longestBefore), index);
      contexts.push({
        place,
        isWordStart: /(^|\s)["']*$/.test(before),
        isCommandStart:
          language === 'powershell' && place === 'open' && /(^|[|;&{(])\s*$/.test(before),
        before,
      });
      index = span.end;
      next++;
      continue;
    }
    if (text[index] === '\n') lineStart = index + 1;
    if (closing !== '') {
      if (
        rules.escape !== '' &&
        text[index] === rules.escape &&
        !(language === 'powershell' && place === 'single')
      )
        index += 2;
      else if (text.startsWith(closing, index)) {
        index += closing.length;
        closing = '';
        place = 'open';
      } else index++;
      continue;
    }
    const block = rules.block.find(([start]) => text.startsWith(start, index));
    const raw = rules.raw.find((start) => text.startsWith(start, index));
    const line = rules.line.find((start) => text.startsWith(start, index));
    if (block !== undefined)
      open(block[1], block[0].startsWith('@') ? 'fragile' : 'comment', block[0].length);
    else if (line !== undefined) open('\n', 'comment', line.length);
    else if (raw !== undefined) open(raw, 'fragile', raw.length);
    else if (rules.single && text[index] === "'") open("'", 'single', 1);
    else if (rules.double && text[index] === '"') open('"', 'double', 1);
    else index++;
  }
  const isWhole = closing === '' || closing === '\n';
  return isWhole ? contexts : contexts.map((context) => ({ ...context, place: 'fragile' }));
}

/** One context per span; spans are in order and do not overlap. */
export function contextsOf(language: Language, text: string, spans: readonly Span[]): Context[] {
  return language === 'sh' ? shellContexts(text, spans) : quotedContexts(language, text, spans);
}
