/** What is odd about a runbook while it is written, line by line. Pure: hints, never a reason not to save. */
import type { Hint, TextCheck } from '../../../preload/contract/editing.ts';
import type { StepCommand } from '../../../preload/contract/runbooks.ts';
import { commandProblem } from '../command-syntax.ts';
import { languageOf, readFence } from '../commands.ts';
import { readFrontMatter } from '../front-matter.ts';
import type { ParsedRunbook } from '../model.ts';
import { assignedNames, fillCommand, missingNames, noValues } from '../parameters.ts';

interface Fence {
  /** Of the opening line, from 1. */
  readonly line: number;
  readonly info: string;
  readonly text: string;
  readonly isClosed: boolean;
}

const fenceLine = /^(\s*(?:>\s?)*(?:(?:[-*+]|\d+[.)])\s+)?\s*)(`{3,}|~{3,})\s*([^`]*)$/;

/** The fences of a Markdown text with their places, also within lists and quotes. */
export function fencesOf(text: string): Fence[] {
  const fences: Fence[] = [];
  let open: { line: number; info: string; marks: string; indent: number; lines: string[] } | null =
    null;
  const close = (isClosed: boolean): void => {
    if (open === null) return;
    fences.push({ line: open.line, info: open.info, text: open.lines.join('\n'), isClosed });
    open = null;
  };
  for (const [index, line] of text.split('\n').entries()) {
    const found = /`{3}|~{3}/.test(line) ? fenceLine.exec(line) : null;
    if (open === null) {
      if (found === null) continue;
      const [, lead = '', marks = '', info = ''] = found;
      open = { line: index + 1, info: info.trim(), marks, indent: lead.length, lines: [] };
    } else if (
      found !== null &&
      found[2]?.startsWith(open.marks) === true &&
      found[3]?.trim() === ''
    ) {
      close(true);
    } else {
      const lead = line.slice(0, open.indent);
      open.lines.push(/^[\s>]*$/.test(lead) ? line.slice(open.indent) : line.trimStart());
    }
  }
  close(false);
  return fences;
}

/** Languages that are shown and hold no command. */
const shownLanguages = new Set(
  (
    'text txt plain plaintext output log logs yaml yml json5 jsonc toml ini conf config properties xml html css scss ' +
    'markdown md diff patch mermaid dot graphviz plantuml http https go golang java kotlin scala c cpp c++ cs csharp rust rs ' +
    'swift php perl r lua elixir erlang haskell clojure typescript ts tsx jsx hcl terraform tf dockerfile docker makefile make ' +
    'nginx apache graphql gql protobuf proto csv tsv jinja jinja2 gotemplate helm rego cue dhall nix vim tex latex none math'
  ).split(' '),
);
const commandLanguages = [
  'sh',
  'bash',
  'shell',
  'console',
  'powershell',
  'sql',
  'promql',
  'json',
  'python',
];

function isOneOff(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at++;
  const rest = (text: string, from: number): string => text.slice(from);
  const isSwapped =
    a[at] === b[at + 1] && a[at + 1] === b[at] && rest(a, at + 2) === rest(b, at + 2);
  return (
    isSwapped ||
    rest(a, at + 1) === rest(b, at + 1) ||
    rest(a, at) === rest(b, at + 1) ||
    rest(a, at + 1) === rest(b, at)
  );
}

function languageHint({ info, line, text }: Fence): Hint | null {
  const named = info.toLowerCase().split(/[\s{,:]/)[0] ?? '';
  if (named === '' || shownLanguages.has(named) || languageOf(info, text) !== null) return null;
  const meant = commandLanguages.find((language) => isOneOff(language, named));
  const question = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return {
    line,
    kind: 'problem',
    text: `“${named.slice(0, 30)}” is no language that Nightdesk knows, so nothing in this block can be copied as a command.${question}`,
  };
}

/** With something harmless where a value is missing. */
const filledText = (command: StepCommand): string =>
  command.parts.map((part) => (part.kind === 'missing' ? '0' : part.text)).join('');

function frontMatterHint(text: string): Hint | null {
  const { problem } = readFrontMatter(text);
  return problem === null ? null : { kind: 'problem', ...problem };
}

/** `parsed`: the same text, read as the library reads it. */
export function checkText(path: string, text: string, parsed: ParsedRunbook): TextCheck {
  const { meta } = readFrontMatter(text);
  const isMarkdown = !/\.(adoc|asciidoc)(\.erb)?$/i.test(path);
  const fences = isMarkdown ? fencesOf(text) : [];
  const readFences = fences.map((fence) => ({ fence, read: readFence(fence.info, fence.text) }));
  const assigned = assignedNames(readFences.map(({ read }) => read?.command.text ?? '').join('\n'));
  const hints: Hint[] = [];
  const commands: StepCommand[] = [];
  for (const { fence, read } of readFences) {
    if (!fence.isClosed) {
      hints.push({
        line: fence.line,
        kind: 'problem',
        text: 'This block is never closed: all that follows is read as code.',
      });
      continue;
    }
    const language = languageHint(fence);
    if (language !== null) hints.push(language);
    if (read === null) continue;
    const command = fillCommand(read.command, assigned, noValues);
    commands.push(command);
    const problem = commandProblem(read.command.quoting, filledText(command));
    if (problem !== null) {
      const kind = read.command.quoting === 'json' ? 'advice' : 'problem';
      hints.push({ line: fence.line, kind, text: `This command does not parse. ${problem}.` });
    }
  }
  const front = isMarkdown ? frontMatterHint(text) : null;
  if (front !== null) hints.push(front);
  const outsideFences = withoutFences(text, fences);
  if (
    isMarkdown &&
    meta.title === null &&
    !/^ {0,3}#[ \t]+\S|^\S.*\n=+[ \t]*$/m.test(outsideFences)
  ) {
    hints.push({
      line: null,
      kind: 'problem',
      text: 'It has no title: begin with a line “# What is wrong”.',
    });
  }
  if (parsed.steps.length === 0) {
    hints.push({
      line: null,
      kind: 'problem',
      text: 'It has no steps: number what is to be done, “1. …”, with commands in ``` blocks.',
    });
  }
  if (
    front === null &&
    meta.alerts.length === 0 &&
    !parsed.names.some(({ origin }) => origin === 'table row' || origin === 'heading')
  ) {
    hints.push({
      line: null,
      kind: 'advice',
      text: 'No alarm names it. With “alerts: [NameOfTheAlarm]” at the top, that alarm finds it for certain.',
    });
  }
  if (front === null && meta.reviewedOn === null) {
    hints.push({
      line: null,
      kind: 'advice',
      text: 'It has no review date: nobody can tell whether it still holds.',
    });
  }
  return {
    title: parsed.title,
    stepCount: parsed.steps.length,
    commandCount: commands.length,
    placeholders: missingNames(commands).slice(0, 200),
    hints: hints.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)).slice(0, 100),
  };
}

function withoutFences(text: string, fences: readonly Fence[]): string {
  const lines = text.split('\n');
  for (const { line, text: inner } of fences) {
    for (let at = line - 1; at <= line + inner.split('\n').length && at < lines.length; at++)
      lines[at] = '';
  }
  return lines.join('\n');
}
