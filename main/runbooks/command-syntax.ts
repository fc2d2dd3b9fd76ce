/**
 * Whether a command could be read at all by what would run it: quotes and brackets that are never closed, a line that ends in the
 * middle. Pure, and runs nothing.
 *
 * It is no parser: what it finds is wrong, and what it does not find may be wrong still.
 */
import type { Language } from './model.ts';

type Check = (text: string) => string | null;

const never = (what: string): string => `${what} is never closed`;

interface Lexer {
  readonly text: string;
  at: number;
  readonly heredocs: { end: string; isIndented: boolean }[];
  problem: string | null;
  hasCase: boolean;
}

function skipSingle(lexer: Lexer): void {
  const end = lexer.text.indexOf("'", lexer.at + 1);
  if (end === -1) lexer.problem = never('A single quote');
  lexer.at = end === -1 ? lexer.text.length : end + 1;
}

function skipDouble(lexer: Lexer, depth: number): void {
  lexer.at++;
  while (lexer.at < lexer.text.length && lexer.problem === null) {
    const char = lexer.text[lexer.at];
    if (char === '\\') lexer.at += 2;
    else if (char === '"') {
      lexer.at++;
      return;
    } else if (char === '$' && lexer.text[lexer.at + 1] === '(') {
      lexer.at += 2;
      readShell(lexer, ')', depth + 1);
    } else lexer.at++;
  }
  lexer.problem ??= never('A double quote');
}

/** What follows a `<<END` line belongs to no command. */
function skipHeredocs(lexer: Lexer): void {
  for (const { end, isIndented } of lexer.heredocs.splice(0)) {
    for (;;) {
      if (lexer.at >= lexer.text.length) {
        lexer.problem ??= `The text after <<${end} is never ended by a line ${end}`;
        return;
      }
      const stop = lexer.text.indexOf('\n', lexer.at);
      const line = lexer.text.slice(lexer.at, stop === -1 ? undefined : stop);
      lexer.at = stop === -1 ? lexer.text.length : stop + 1;
      if ((isIndented ? line.replace(/^\t+/, '') : line) === end) break;
    }
  }
}

const deepest = 60;

/** Reads until `close`, or to the end. */
function readShell(lexer: Lexer, close: ')' | '`' | null, depth: number): void {
  if (depth > deepest) lexer.at = lexer.text.length;
  const { text } = lexer;
  while (lexer.at < text.length && lexer.problem === null) {
    const char = text[lexer.at] ?? '';
    const before = lexer.at === 0 ? '\n' : (text[lexer.at - 1] ?? '');
    if (char === close) {
      lexer.at++;
      return;
    }
    if (char === '\\') lexer.at += 2;
    else if (char === "'") skipSingle(lexer);
    else if (char === '"') skipDouble(lexer, depth);
    else if (char === '`' && close !== '`') {
      lexer.at++;
      readShell(lexer, '`', depth + 1);
    } else if (char === '(') {
      lexer.at++;
      readShell(lexer, ')', depth + 1);
    } else if (char === ')') {
      // A pattern of `case` ends in one that nothing opened.
      if (!lexer.hasCase) lexer.problem = 'A ) closes nothing';
      lexer.at++;
    } else if (char === '#' && /[\s;&|(]/.test(before)) {
      const end = text.indexOf('\n', lexer.at);
      lexer.at = end === -1 ? text.length : end;
    } else if (char === '\n') {
      lexer.at++;
      skipHeredocs(lexer);
    } else {
      const heredoc = /^<<(-?)[ \t]*(["'\\]?)([A-Za-z_]\w*)\2/.exec(
        text.slice(lexer.at, lexer.at + 100),
      );
      if (heredoc !== null && before !== '<') {
        lexer.heredocs.push({ end: heredoc[3] ?? '', isIndented: heredoc[1] === '-' });
        lexer.at += heredoc[0].length;
      } else lexer.at++;
    }
  }
  if (lexer.heredocs.length > 0) skipHeredocs(lexer);
  if (close !== null) lexer.problem ??= never(close === ')' ? 'A (' : 'A backtick');
}

/** A comment at the very end, after the last quote there is. */
function withoutLastComment(text: string): string {
  const comment = /(?<=^|\s)#/g;
  comment.lastIndex = Math.max(...["'", '"', '\n'].map((mark) => text.lastIndexOf(mark))) + 1;
  const found = comment.exec(text);
  return found === null ? text : text.slice(0, found.index);
}

const shell: Check = (text) => {
  const hasCase = /(^|[\s;])case\s/.test(text);
  const lexer: Lexer = { text, at: 0, heredocs: [], problem: null, hasCase };
  readShell(lexer, null, 0);
  if (lexer.problem !== null) return lexer.problem;
  return /(\||&&|\\)\s*$/.test(withoutLastComment(text))
    ? 'It ends in the middle of a command'
    : null;
};

/** `escape`: what takes its meaning from the next letter; a doubled quote is one quote. */
function balanced(options: {
  readonly quotes: string;
  readonly escape: string | null;
  readonly comment: string | null;
  readonly pairs: readonly string[];
}): Check {
  const closing = new Map(options.pairs.map(([open = '', close = '']) => [close, open]));
  const opening = new Set(closing.values());
  return (text) => {
    const open: string[] = [];
    let quote = '';
    for (let at = 0; at < text.length; at++) {
      const char = text[at] ?? '';
      if (char === options.escape) at++;
      else if (quote !== '') {
        if (char === quote) quote = '';
      } else if (options.comment !== null && text.startsWith(options.comment, at)) {
        const end = text.indexOf('\n', at);
        at = end === -1 ? text.length : end;
      } else if (options.quotes.includes(char)) quote = char;
      else if (opening.has(char)) open.push(char);
      else if (closing.has(char) && open.pop() !== closing.get(char))
        return `A ${char} closes nothing`;
    }
    if (quote !== '') return never(quote === "'" ? 'A single quote' : 'A quote');
    const last = open.at(-1);
    return last === undefined ? null : never(`A ${last}`);
  };
}

const json: Check = (text) => {
  try {
    JSON.parse(text);
    return null;
  } catch {
    return 'It is no JSON';
  }
};

/** What is in none of these cannot be judged. */
const checks: Readonly<Partial<Record<Language, Check>>> = {
  sh: shell,
  powershell: balanced({ quotes: `"'`, escape: '`', comment: '#', pairs: ['()', '{}', '[]'] }),
  sql: balanced({ quotes: `'"`, escape: null, comment: '--', pairs: ['()'] }),
  promql: balanced({ quotes: `"'\``, escape: '\\', comment: '#', pairs: ['()', '{}', '[]'] }),
  json,
};

/** What is wrong with it, or null. Placeholders must have a value already: `<pod>` reads from a file. */
export const commandProblem = (language: Language, text: string): string | null =>
  text.trim() === '' ? null : (checks[language]?.(text) ?? null);
