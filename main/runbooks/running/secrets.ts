/**
 * Leaves secrets out of what a command printed, before anybody sees or keeps it. Pure.
 *
 * By pattern (tokens, passwords in addresses, keys) and by value: what is known to be a secret on this computer. Rather one
 * word too many than one too few: the command itself can be run again in a terminal.
 */
import type { CommandPart } from '../../../preload/contract/runbooks.ts';

const hidden = '[redacted]';

/** A name of something secret: `DB_PASSWORD`, `api-key`, `clientSecret`. */
const secretWord =
  '(?:pass(?:word|wd|phrase)|(?<=[_-])pass|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|secret[_-]?key|credential)s?';

const patterns: readonly (readonly [RegExp, string])[] = [
  // User and password in an address.
  [/(\b[a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@:]{0,200}:[^\s/@]{1,500}@/gi, `$1${hidden}@`],
  [/(\b(?:proxy-)?authorization["']?\s{0,5}[:=]\s{0,5}["']?)[^\r\n"']+/gi, `$1${hidden}`],
  [/(\b(?:set-)?cookie\s{0,5}:\s{0,5})[^\r\n]+/gi, `$1${hidden}`],
  [/\b(bearer)\s{1,5}[\w.~+/=-]{6,}/gi, `$1 ${hidden}`],
  [/\b(basic)\s{1,5}[A-Za-z0-9+/]{12,}={0,2}(?![A-Za-z0-9+/])/gi, `$1 ${hidden}`],
  // `"password": "two words"`, then `PASSWORD=one` and `token: one`.
  [
    new RegExp(
      `(["'][\\w.-]{0,60}${secretWord}[\\w.-]{0,30}["']\\s{0,5}:\\s{0,5})("(?:[^"\\\\]|\\\\.)*"|'[^']*')`,
      'gi',
    ),
    `$1"${hidden}"`,
  ],
  [
    new RegExp(
      `((?:\\b|_)[\\w.-]{0,60}${secretWord}[\\w.-]{0,30}\\s{0,5}[:=]\\s{0,5})("[^"\\r\\n]+"|'[^'\\r\\n]+'|[^\\s"',;}\\[&]+)`,
      'gi',
    ),
    `$1${hidden}`,
  ],
  [new RegExp(`(--?[\\w-]{0,30}${secretWord}\\s{1,5})[^\\s-][^\\s]*`, 'gi'), `$1${hidden}`],
  // Keys that are known by their looks.
  [/\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}\b/g, hidden],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, hidden],
  [
    /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|npm_[A-Za-z0-9]{30,})/g,
    hidden,
  ],
  [/\b(?:xox[abeoprs]-[\w-]{10,}|hv[sbr]\.[\w-]{20,}|AIza[\w-]{30,}|ya29\.[\w-]{20,})/g, hidden],
  [/\b(?:sk|rk|pk)[-_](?:live|test|proj|ant)[-_][\w-]{12,}|\bsk-[A-Za-z0-9]{24,}/g, hidden],
];

const keyBegins = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;
const keyEnds = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/;

/** Shorter ones are ordinary words by chance. */
const shortestKnown = 6;
/** A line of a key is long; a short one of a settings file is a word. */
const shortestLine = 12;

/** Every spelling in which a known secret is printed. */
function spellings(secret: string): string[] {
  const base64 = Buffer.from(secret, 'utf8').toString('base64').replace(/=+$/, '');
  return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), base64];
}

/** Programs print line by line, and so does what hides: each line of a secret of several is one. */
const linesOf = (secret: string): string[] =>
  /[\r\n]/.test(secret)
    ? secret
        .split(/[\r\n]+/)
        .map((line) => line.trim())
        .filter(({ length }) => length >= shortestLine)
    : [];

export interface Mask {
  /** One whole line, or a text of several. Keys of several lines are remembered between calls. */
  line(text: string): string;
  /** The same for what is shown of a line that has not ended: nothing is remembered. */
  glance(text: string): string;
  /** From now on this is hidden, too; what is too short to be known among words, wherever it stands alone. */
  hide(secret: string): void;
}

function createPlainMask(known: readonly string[]): (text: string) => string {
  const values = [
    ...new Set(
      [...known, ...known.flatMap(linesOf)]
        .filter(({ length }) => length >= shortestKnown)
        .flatMap(spellings),
    ),
  ]
    .filter(({ length }) => length >= shortestKnown)
    // A longer one may contain a shorter one.
    .toSorted((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const value of values) clean = clean.replaceAll(value, hidden);
    for (const [pattern, replacement] of patterns) clean = clean.replace(pattern, replacement);
    return clean;
  };
}

/** A PIN of four digits that was typed is a secret, too, and `12` within `2012` is none. */
function alone(secret: string): RegExp | null {
  if (secret === '' || secret.length >= shortestKnown) return null;
  const literal = secret.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
  return new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'gu');
}

export function createMask(known: readonly string[]): Mask {
  let all = known;
  let short: readonly RegExp[] = [];
  let longOnes = createPlainMask(all);
  const plain = (text: string): string =>
    short.reduce((clean, pattern) => clean.replace(pattern, hidden), longOnes(text));
  let isInKey = false;
  const read = (text: string, isKept: boolean): string => {
    let rest = text;
    let inKey = isInKey;
    let shown = '';
    for (;;) {
      const found = (inKey ? keyEnds : keyBegins).exec(rest);
      if (found === null) {
        if (!inKey) shown += plain(rest);
        break;
      }
      const end = found.index + found[0].length;
      shown += inKey ? '' : `${plain(rest.slice(0, found.index))}${hidden}`;
      rest = rest.slice(end);
      inKey = !inKey;
    }
    if (isKept) isInKey = inKey;
    return shown;
  };
  return {
    line: (text) => read(text, true),
    glance: (text) => read(text, false),
    hide(secret) {
      all = [...all, secret];
      longOnes = createPlainMask(all);
      const pattern = alone(secret);
      if (pattern !== null) short = [...short, pattern];
    },
  };
}

/** A text as a whole: a command line, a line of a timeline. */
export const maskText = (text: string, known: readonly string[] = []): string =>
  createMask(known).line(text);

const secretName = new RegExp(
  '(^|_)(pass|passwd|password|passphrase|pwd|secret|token|credentials?|auth)(_|$)|(api|access|secret|private|encryption)_?key|(secret|token|password|passphrase)s?$',
  'i',
);

/** What was filled into a command under the name of something secret: the value, and as it is quoted there. */
export const secretsOfParts = (parts: readonly CommandPart[]): string[] =>
  parts.flatMap((part) =>
    part.kind === 'filled' && isSecretName(part.name) ? [part.value, part.text] : [],
  );

export const isSecretName = (name: string): boolean => secretName.test(name);
