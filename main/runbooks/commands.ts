/** From a fenced block to what a person would type: its language, and its text without prompts and printed output. */
import type { Language, ParsedCommand } from './model.ts';
import { isTableHead } from './printed.ts';
import { firstLineOf, isProgram, looksTyped } from './programs.ts';

const languages: Readonly<Record<string, Language>> = {
  sh: 'sh',
  bash: 'sh',
  shell: 'sh',
  zsh: 'sh',
  ksh: 'sh',
  shel: 'sh',
  bsh: 'sh',
  console: 'sh',
  terminal: 'sh',
  'shell-session': 'sh',
  shellsession: 'sh',
  'sh-session': 'sh',
  cmd: 'other',
  bat: 'other',
  powershell: 'powershell',
  ps1: 'powershell',
  pwsh: 'powershell',
  sql: 'sql',
  psql: 'sql',
  mysql: 'sql',
  pgsql: 'sql',
  postgresql: 'sql',
  postgres: 'sql',
  promql: 'promql',
  logql: 'promql',
  prometheus: 'promql',
  json: 'json',
  http: 'http',
  https: 'http',
  rest: 'http',
  ruby: 'other',
  irb: 'other',
  python: 'other',
  py: 'other',
  js: 'other',
  javascript: 'other',
  groovy: 'other',
  redis: 'other',
  esql: 'other',
  kql: 'other',
  kusto: 'other',
  fish: 'other',
};

const promptPattern =
  /^\s*(?:\([\w.-]+\)\s*)?(?:\[?[\w.-]+@[\w.-]+(?:[: ][^\s$#%>\]]*)?\]?|[A-Za-z][\w.-]*(?::[^\s$#>]*)?)?\s?\$\s+(?=\S)/;
const rootPrompt =
  /^\s*(?:\[?[\w.-]+@[\w.-]+(?:[: ][^\s$#%>\]]*)?\]?|[A-Za-z][\w-]*(?:\.[\w-]+)*:[^\s$#>]*|[A-Za-z][\w.-]*)\s?#\s+(?=\S)/;
const otherPrompt =
  /^\s*(?:mysql|mariadb(?: \[[^\]]*\])?|sqlite|redis(?:\s\S+)?|[\w-]+[=-][#>]|PS(?: [^>\n]*)?|irb\([^)]*\):\d+:\d+|>>>|\d+\.\d+\.\d+\.\d+:\d+)>?\s+(?=\S)/i;
/** `$kubectl get pods`: no variable, since a program is called so. */
const gluedPrompt = /^\s*\$(?=[a-z][\w-]*\s)/;
/** `fdb> status`: the console of some program, and no program whose output goes to a file. */
const ownConsole = /^\s*([a-z][\w-]{1,20})>\s+(?=\S)/;
const isOwnConsole = (line: string): boolean => {
  const name = ownConsole.exec(line)?.[1];
  return name !== undefined && !isProgram(name);
};
const bareRoot = /^\s*#\s+(?=\S)/;

/** Whether its end says that a command goes on: `\\`, `|`, `&&`, none of them escaped. */
function endsOpen(line: string): boolean {
  const text = line.trimEnd();
  const mark = text.endsWith('&&') ? 2 : text.endsWith('|') ? 1 : 0;
  const end = text.length - mark;
  let start = end;
  while (start > 0 && text[start - 1] === '\\') start--;
  const isOdd = (end - start) % 2 === 1;
  return mark === 0 ? isOdd : !isOdd;
}

/**
 * Whether the lines so far leave a quote open or end in a continuation.
 *
 * Each line is looked at once: a quote that is never closed must not be read from its beginning with every line below it.
 */
function createContinuation(): (line: string) => boolean {
  let quote = '';
  let isOpen = false;
  return (line) => {
    for (let index = 0; index < line.length; index++) {
      const char = line[index] ?? '';
      if (char === '\\' && quote !== "'") index++;
      else if (quote === '' && (char === "'" || char === '"')) quote = char;
      else if (char === quote) quote = '';
    }
    if (line.trim() !== '') isOpen = endsOpen(line);
    return quote !== '' || isOpen;
  };
}

function heredocEnd(line: string): string | null {
  return /<<-?\s*(["']?)([A-Za-z_]\w*)\1/.exec(line)?.[2] ?? null;
}

/** Splits a block that shows a session into what was typed and what was printed. */
function splitSession(text: string, prompt: (line: string) => string | null) {
  const typed: string[] = [];
  const printed: string[] = [];
  let goesOn: ((line: string) => boolean) | null = null;
  let heredoc: string | null = null;
  for (const line of text.split('\n')) {
    const command: string | null = heredoc === null ? prompt(line) : null;
    if (command !== null) {
      typed.push(command);
      heredoc = heredocEnd(command);
      const continuation = createContinuation();
      goesOn = continuation(command) ? continuation : null;
    } else if (heredoc !== null) {
      typed.push(line.replace(/^> ?/, ''));
      if (line.replace(/^> ?/, '').trim() === heredoc) heredoc = null;
    } else if (goesOn !== null) {
      const rest = line.replace(/^\s*> ?/, '');
      typed.push(rest);
      if (!goesOn(rest)) goesOn = null;
    } else if (line.trim() !== '') printed.push(line);
  }
  return { text: typed.join('\n'), printed: printed.join('\n') };
}

const after = (pattern: RegExp) => (line: string) => {
  const found = pattern.exec(line);
  return found === null ? null : line.slice(found[0].length);
};

function firstOf(...prompts: ((line: string) => string | null)[]) {
  return (line: string) => {
    for (const prompt of prompts) {
      const command = prompt(line);
      if (command !== null) return command;
    }
    return null;
  };
}

/** A table that a command printed, where no prompt tells it from the command. */
function splitTable(text: string): { text: string; printed: string } {
  const lines = text.split('\n');
  const typed: string[] = [];
  const printed: string[] = [];
  const goesOn = createContinuation();
  const isCommand = isProgram(lines.find((line) => !/^\s*(#|$)/.test(line)) ?? '');
  let heredoc: string | null = null;
  let isOpen = false;
  let isPrinted = false;
  for (const [index, line] of lines.entries()) {
    if (isPrinted) isPrinted = !(lines[index - 1]?.trim() === '' && isProgram(line));
    else if (isCommand && typed.length > 0 && heredoc === null && !isOpen) {
      isPrinted = isTableHead(line, lines[index + 1]);
    }
    if (isPrinted) {
      printed.push(line);
      continue;
    }
    typed.push(line);
    isOpen = goesOn(line);
    heredoc = heredoc === null ? heredocEnd(line) : line.trim() === heredoc ? null : heredoc;
  }
  return { text: typed.join('\n'), printed: printed.join('\n').trimEnd() };
}

/** Prompts and what was printed, left out. Without either the block is all command. */
export function leaveOutPrompts(text: string): { text: string; printed: string } {
  const split = leaveOutPrompted(text);
  return split.printed === '' &&
    split.text === text &&
    /^[ \t]*[A-Z][A-Z0-9_:%()/.+-]*[ \t]+[A-Z%]/m.test(text)
    ? splitTable(text)
    : split;
}

function leaveOutPrompted(text: string): { text: string; printed: string } {
  // Every prompt ends in one of these.
  if (!/[$#>]/.test(text)) return { text, printed: '' };
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const glued = after(gluedPrompt);
  const dollar = firstOf(after(promptPattern), (line) =>
    isProgram(glued(line) ?? '') ? glued(line) : null,
  );
  const root = after(rootPrompt);
  const other = after(otherPrompt);
  // A fence whose first line is typed after a prompt is a session; `echo a $ b` further down is not.
  const first = lines.find((line) => !bareRoot.test(line)) ?? '';
  const isHost = root(first) !== null && isProgram(root(first) ?? '') && !isProgram(first);
  if ((dollar(first) !== null && !isProgram(first)) || isHost) {
    return splitSession(text, firstOf(dollar, isHost ? root : () => null));
  }
  if (other(first) !== null) return splitSession(text, other);
  if (isOwnConsole(first)) {
    // Remarks between the commands are part of what is read, not of what is printed.
    return splitSession(
      text,
      firstOf(after(ownConsole), (line) => (bareRoot.test(line) ? line : null)),
    );
  }
  // `# kubectl …` is a root prompt only where nothing else looks like a command: else it is a comment.
  const bare = after(bareRoot);
  const candidates = lines.filter((line) => isProgram(bare(line) ?? ''));
  if (candidates.length > 0 && bareRoot.test(lines[0] ?? '') && !lines.some(isProgram)) {
    return splitSession(text, (line) => {
      const command = bare(line);
      return command !== null && isProgram(command) ? command : null;
    });
  }
  return { text, printed: '' };
}

const query =
  /^\s*(sum|rate|increase|histogram_quantile|avg|max|min|topk|count|absent)(_over_time)?\s*(by\s*\([^)]*\)\s*)?\((?!\s*\))/;

/** What a session is typed into that is not of a shell, by its prompt; null for a shell. */
function consoleOf(text: string): Language | null {
  const first = text.split('\n').find((line) => line.trim() !== '' && !bareRoot.test(line)) ?? '';
  if (/^\s*(mysql|mariadb|[\w-]+=[#>])/i.test(first)) return 'sql';
  if (/^\s*PS /.test(first)) return 'powershell';
  return otherPrompt.test(first) || isOwnConsole(first) ? 'other' : null;
}

/** The language of a fence, or null when it holds no command: output, a diagram, a manifest to read. */
export function languageOf(info: string, text: string): Language | null {
  const named =
    info
      .trim()
      .toLowerCase()
      .split(/[\s{,:]/)[0] ?? '';
  // A fence may call itself `constructor`, which every object has.
  if (named !== '') {
    const language = Object.hasOwn(languages, named) ? (languages[named] ?? null) : null;
    if (language !== 'sh') return language;
    // A query is put into a fence of a shell now and then; no shell has a word for it.
    if (text.includes('(') && query.test(firstLineOf(text))) return 'promql';
    return text.includes('>') || text.includes('=#') ? (consoleOf(text) ?? 'sh') : 'sh';
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const first = lines[0] ?? '';
  if (leaveOutPrompts(text).text !== text) return consoleOf(text) ?? 'sh';
  if (
    /^\s*(select|insert into|update|delete from|alter|drop|create|vacuum|explain|show|set)\s[\s\S]*;?\s*$/i.test(
      first,
    ) &&
    (/^\s*[A-Z]{3,}/.test(first) || /;\s*$/.test(text))
  )
    return 'sql';
  if (lines.some((line) => isProgram(line)) && (isProgram(first) || /^\s*#/.test(first)))
    return 'sh';
  if (query.test(first)) return 'promql';
  if (looksTyped(lines)) return 'sh';
  return null;
}

/** Reads a fence. `printed` is output that stood between the commands. */
export function readFence(
  info: string,
  text: string,
): { command: ParsedCommand; printed: string } | null {
  const quoting = languageOf(info, text);
  if (quoting === null) return null;
  const split =
    quoting === 'json' || quoting === 'promql' || quoting === 'http'
      ? { text, printed: '' }
      : leaveOutPrompts(text);
  if (split.text.trim() === '') return null;
  const language = info.trim().split(/\s/)[0] ?? '';
  const isQuery = quoting === 'promql' && languages[language.toLowerCase()] === 'sh';
  return {
    command: {
      language: (language === '' && quoting !== 'other') || isQuery ? quoting : language,
      quoting,
      text: split.text.trimEnd(),
    },
    printed: split.printed,
  };
}
