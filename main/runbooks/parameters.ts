/** Finds the free placeholders of a command and fills them from the alarm and from what the person typed. */
import type { CommandPart, StepCommand } from '../../preload/contract/runbooks.ts';
import { contextsOf, type Span } from './contexts.ts';
import type { Language, ParsedCommand } from './model.ts';
import { quoteValue, readsArgumentsAgain } from './quoting.ts';
import { findValue, placeholderName, type Values } from './values.ts';

export { noValues, placeholderName, type Values } from './values.ts';

interface Placeholder extends Span {
  readonly text: string;
  readonly name: string;
  /** As it is written, without its brackets. */
  readonly spelling: string;
}

/** Printed by programs, or grammar rather than a hole to fill. */
const notPlaceholders =
  /^(none|nil|null|unknown|invalid|pending|unset|empty|no value|br|hr|nodes|eof|stdin|stdout)$/i;

/** Variables the person's own shell has. They are neither filled nor asked. */
const ownVariables =
  /^(HOME|PATH|USER|LOGNAME|PWD|OLDPWD|SHELL|HOSTNAME|RANDOM|UID|EUID|PPID|IFS|LANG|LC_\w+|TERM|EDITOR|TMPDIR|TMP|TEMP|SECONDS|LINENO|OPTARG|OPTIND|REPLY|COLUMNS|LINES|DISPLAY|NF|NR|FS|OFS|RS|ORS|KUBECONFIG|KUBECTL|GOPATH|PS\d|BASH\w*|FUNCNAME|PIPESTATUS|HTTPS?_PROXY|NO_PROXY|AWS_\w+|GOOGLE_\w+|VAULT_\w+|SSH_\w+|PG(HOST|PORT|USER|DATABASE|PASSWORD)|JAVA_HOME)$|_(HOME|PATH|PROFILE|TOKEN|PASSWORD|PASS|SECRET|KEY|CREDENTIALS)$|^(TOKEN|PASSWORD|SECRET|PASS)$/i;
const psVariables = /^(null|true|false|args|input|this|error|host|home|pid|profile|psitem|env)$/i;

/** Names the document gives a value itself: those are its own, whatever the alarm's labels say. */
export function assignedNames(document: string): ReadonlySet<string> {
  const names = new Set<string>();
  const add = (pattern: RegExp): void => {
    for (const match of document.matchAll(pattern)) {
      for (const name of (match[1] ?? '').split(/[\s,]+/)) {
        if (/^[A-Za-z_]\w*$/.test(name)) names.add(name);
      }
    }
  };
  add(/(?:^|[\s;&|(`'"{])([A-Za-z_]\w*)\+?=/gm);
  add(/\bfor\s+([A-Za-z_]\w*)\s+in\b/g);
  add(/\bselect\s+([A-Za-z_]\w*)\s+in\b/g);
  add(/\bread\s+(?:-\w+\s+(?:["'][^"']*["']\s+)?)*((?:[A-Za-z_]\w*[ \t]*)+)/g);
  add(/\b(?:mapfile|readarray)\s+(?:-\w+\s+)*([A-Za-z_]\w*)/g);
  add(/\bgetopts\s+\S+\s+([A-Za-z_]\w*)/g);
  add(/\b(?:export|local|declare|readonly|typeset|unset)\s+(?:-\w+\s+)*([A-Za-z_]\w*)\b/g);
  add(/\$([A-Za-z_]\w*)\s*=(?!=)/g);
  add(/\bforeach\s*\(\s*\$([A-Za-z_]\w*)\s+in\b/gi);
  add(/\\set\s+([A-Za-z_]\w*)/g);
  return names;
}

/** Programs whose own templates look the same. */
const ownTemplates =
  /\b(go-template|jsonpath|custom-columns)\b|--(format|template)\b|\bhelm\s+template\b|\b(docker|podman|nerdctl)\b[^\n]*\s-f\s/;

/** `{{ $labels.pod }}`, where alerts and runbooks share one syntax. In a Go template of another program it is left alone. */
function alertTemplates(text: string): Placeholder[] {
  if (ownTemplates.test(text) || /\$labels\s*:?=/.test(text)) return [];
  return [...text.matchAll(/\{\{-?\s*\$labels\.([A-Za-z_]\w*)\s*-?\}\}/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    text: match[0],
    name: placeholderName(match[1] ?? ''),
    spelling: match[1] ?? '',
  }));
}

const bareNames =
  /(?<=\s)(?:-n|--namespace)(?:\s+|=)(NAMESPACE|NS)(?=[\s"'`)]|$)|(?<=[\s/])((?:POD|NODE|CONTAINER|DEPLOYMENT|CLUSTER|SERVICE|INSTANCE|PVC|HOST)[_-]NAME)(?=[\s"'`)]|$)/g;

/** Whether a backslash takes the meaning of what stands there; a pair of them is one that is meant. */
function isEscapedAt(text: string, at: number): boolean {
  let start = at;
  while (start > 0 && text[start - 1] === '\\') start--;
  return (at - start) % 2 === 1;
}

function findPlaceholders(
  text: string,
  language: Language,
  assigned: ReadonlySet<string>,
): Placeholder[] {
  const found: Placeholder[] = alertTemplates(text);
  const templates = [...text.matchAll(/\{\{[\s\S]*?\}\}/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }));
  /** What is spoken for, letter by letter: comparing each with each would cost quadratic time. */
  const taken = new Uint8Array(text.length);
  for (const { start, end } of [...found, ...templates]) taken.fill(1, start, end);
  const add = (match: RegExpExecArray, raw: string, name: string): void => {
    const start = match.index + match[0].indexOf(raw);
    const end = start + raw.length;
    if (name !== '' && !taken.subarray(start, end).includes(1)) {
      taken.fill(1, start, end);
      found.push({ start, end, text: raw, name: placeholderName(name), spelling: name });
    }
  };
  const closed = new Set([...text.matchAll(/<\/([^<>]{1,62})>/g)].map((match) => match[1]));
  const inner =
    language === 'sh' || language === 'other' ? '[A-Za-z][\\w ./-]{0,60}' : '[A-Za-z][\\w.-]{0,60}';
  for (const match of text.matchAll(new RegExp(`<(${inner})>`, 'g'))) {
    const name = match[1] ?? '';
    const isTag = closed.has(name) || name.endsWith('/');
    if (
      !notPlaceholders.test(name) &&
      !isTag &&
      !/\s$/.test(name) &&
      text[match.index - 1] !== '<'
    ) {
      add(match, match[0], name);
    }
  }
  for (const match of text.matchAll(/(?<![\w$])YOUR[_-][A-Z0-9_-]*[A-Z0-9]\b/g))
    add(match, match[0], match[0]);
  if (language === 'sh' || language === 'other') {
    for (const match of text.matchAll(
      /(?:^|[\s=/:"'])(\[(?:[a-z][a-z0-9]+(?:[-_][a-z0-9]{2,})+|namespace|pod|node|cluster|service|deployment|container|instance|hostname|host)\])/g,
    )) {
      add(match, match[1] ?? '', (match[1] ?? '').slice(1, -1));
    }
  }
  // `-n NAMESPACE` and `pod/POD_NAME`, as manuals write them: an argument of its own, and nothing that is set.
  if (language === 'sh') {
    for (const match of text.matchAll(bareNames)) {
      const name = match[1] ?? match[2] ?? '';
      add(match, name, name);
    }
  }
  if (language === 'sh' || language === 'powershell') {
    for (const match of text.matchAll(/\$(?:([A-Za-z_]\w+)|\{([A-Za-z_]\w+)\})/g)) {
      const name = match[1] ?? match[2] ?? '';
      const isEscaped = language === 'sh' && isEscapedAt(text, match.index);
      const isScoped = language === 'powershell' && text[match.index + match[0].length] === ':';
      const isOwn =
        ownVariables.test(name) || (language === 'powershell' && psVariables.test(name));
      if (!isEscaped && !isScoped && !isOwn && !assigned.has(name)) add(match, match[0], name);
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/** The first line that is no comment begins with another method. */
const notGet = /^(?:[ \t]*(?:(?:#|\/\/)[^\n]*)?\n)*[ \t]*(?!GET\b)[A-Z]+[ \t]+\S/i;

/** What Nightdesk itself can do with a command of this language. */
function runsAs({ quoting, language, text }: ParsedCommand): StepCommand['runs'] {
  if (quoting === 'sh' || quoting === 'powershell' || /^(cmd|bat|batch)$/i.test(language)) {
    return 'shell';
  }
  // Anything else than a GET is never sent from here, so it is not offered.
  if (quoting === 'http') return notGet.test(text) ? null : 'get';
  return quoting === 'promql' && !/^logql$/i.test(language) ? 'query' : null;
}

/** `assigned` comes from the whole document: a variable may be set three steps earlier. */
export function fillCommand(
  command: ParsedCommand,
  assigned: ReadonlySet<string>,
  values: Values,
): StepCommand {
  const { text, quoting } = command;
  const placeholders = findPlaceholders(text, quoting, assigned);
  const contexts = contextsOf(quoting, text, placeholders);
  // What is a placeholder itself is no template of another program.
  const isReadAgain = readsArgumentsAgain(
    [...placeholders, { start: text.length }]
      .map(({ start }, index) => text.slice(placeholders[index - 1]?.end ?? 0, start))
      .join('x'),
  );
  const parts: CommandPart[] = [];
  let at = 0;
  const literal = (end: number): void => {
    const last = parts.at(-1);
    const piece = text.slice(at, end);
    if (last?.kind === 'text') parts[parts.length - 1] = { kind: 'text', text: last.text + piece };
    else if (piece !== '') parts.push({ kind: 'text', text: piece });
    at = end;
  };
  for (const [index, placeholder] of placeholders.entries()) {
    const context = contexts[index];
    literal(placeholder.start);
    // A comment is for reading; `$X` inside single quotes is no shell variable (awk's $NF, a password's $).
    const isInert =
      context === undefined ||
      context.place === 'comment' ||
      (placeholder.text.startsWith('$') &&
        context.place !== 'open' &&
        context.place !== 'double' &&
        context.isExpanded !== true);
    if (isInert) {
      literal(placeholder.end);
      continue;
    }
    at = placeholder.end;
    const { name } = placeholder;
    const before = text.slice(Math.max(0, placeholder.start - 300), placeholder.start);
    const isHost = name === 'instance' && takesHost.test(before);
    const found = findValue(name, values, placeholder.spelling, isHost);
    const quoted =
      found === null
        ? null
        : quoteValue({
            language: quoting,
            context,
            value: found.value,
            isTrusted: found.isTrusted,
            isReadAgain,
          });
    if (found !== null && quoted !== null && 'text' in quoted) {
      parts.push({ kind: 'filled', text: quoted.text, value: found.value, name, from: found.from });
    } else {
      parts.push({
        kind: 'missing',
        text: placeholder.text,
        name,
        // Shown, so that nobody wonders where it went, and nobody types it again unseen.
        ...(found !== null && quoted !== null && 'why' in quoted
          ? {
              why: quoted.why,
              refused: { value: found.value.slice(0, longestShown), from: found.from },
            }
          : {}),
      });
    }
  }
  literal(text.length);
  return {
    language: command.language,
    parts,
    copyText: parts.map((part) => part.text).join(''),
    hasMissing: parts.some((part) => part.kind === 'missing'),
    runs: runsAs(command),
  };
}

/** `instance` is mostly `host:port` of an exporter, and these want the host of it. */
const takesHost =
  /(^|[\s;|&(])(ssh|mosh|scp|sftp|rsync|ping6?|mtr|traceroute|dig|nslookup)\s[^|;&\n]*$|(\s-h\s?|--[\w-]*(host|identifier)[= ])$/;

const longestShown = 1_000;

/** Names still without a value, each once, in the order of the commands. */
export function missingNames(commands: Iterable<StepCommand>): string[] {
  const names = new Set<string>();
  for (const command of commands) {
    for (const part of command.parts) if (part.kind === 'missing') names.add(part.name);
  }
  return [...names];
}
