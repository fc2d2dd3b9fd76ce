/**
 * Puts one value into one place of a command, quoted for its language, or says why it must not go there.
 *
 * A value from a label is hostile. Where the language's rules cannot be kept for certain, only values that mean the same
 * everywhere are let in.
 */
import type { Context } from './contexts.ts';
import type { Language } from './model.ts';

export type Quoted = { readonly text: string } | { readonly why: string };

/** Means the same in every language here, quoted or not. */
const plainValue = /^[A-Za-z0-9_./][A-Za-z0-9_.:/@%+=,-]*$/;
const plainEverywhere = /^[A-Za-z0-9_./][A-Za-z0-9_.:/-]*$/;
const number = /^-?\d{1,15}(\.\d{1,15})?$/;

/** All but tab and newline, which quotes keep. */
const hasControl = (value: string): boolean =>
  Array.from(value, (char) => char.codePointAt(0) ?? 0).some(
    (code) => (code < 32 && code !== 9 && code !== 10) || (code >= 127 && code < 160),
  );
/** Characters that make a text look different from what it is. */
const deceptive =
  /[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/u;

const longest = 4_096;

const q = {
  sh: (value: string) => `'${value.replaceAll("'", `'\\''`)}'`,
  // PowerShell takes curly quotes for straight ones.
  powershell: (value: string) => `'${value.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`,
};

function inShell(value: string, context: Context): Quoted {
  if (plainValue.test(value)) return { text: value };
  if (context.place === 'open') return { text: q.sh(value) };
  if (context.place === 'single') return { text: value.replaceAll("'", `'\\''`) };
  // Inside double quotes no escape is right for every character, so they are closed and opened again around the value.
  return { text: `"${q.sh(value)}"` };
}

function inPowerShell(value: string, context: Context): Quoted {
  if (plainEverywhere.test(value)) return { text: value };
  if (context.place === 'open') return { text: q.powershell(value) };
  if (context.place === 'single') return { text: q.powershell(value).slice(1, -1) };
  return { text: value.replace(/[`"$\u201c\u201d\u201e]/g, '`$&') };
}

/** A word before which a name of a thing stands, not a text. */
const beforeIdentifier =
  /\b(from|join|into|update|table|database|schema|index|user|role|view|sequence|on|describe|desc|use|vacuum|analyze|tablespace|extension|publication|subscription)\s+(if\s+(not\s+)?exists\s+)?[\w".]*$/i;

function inSql(value: string, context: Context): Quoted {
  // Some databases take a backslash for an escape and some do not.
  if (value.includes('\\'))
    return { why: 'a backslash means different things in different databases' };
  if (context.place === 'single') return { text: value.replaceAll("'", "''") };
  if (context.place === 'double') return { text: value.replaceAll('"', '""') };
  if (beforeIdentifier.test(context.before)) {
    return /^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/.test(value)
      ? { text: value }
      : { why: 'it is not a plain name' };
  }
  return { text: number.test(value) ? value : `'${value.replaceAll("'", "''")}'` };
}

function inPromql(value: string, context: Context): Quoted {
  const isPattern = context.place !== 'open' && /[=!]~\s*["'][^"']*$/.test(context.before);
  if (isPattern && !plainEverywhere.test(value)) {
    return { why: 'it would be read as a pattern' };
  }
  const escaped = JSON.stringify(value).slice(1, -1);
  if (context.place === 'double') return { text: escaped };
  if (context.place === 'single')
    return { text: escaped.replaceAll('\\"', '"').replaceAll("'", "\\'") };
  return number.test(value) ? { text: value } : { text: `"${escaped}"` };
}

/** A name, or an address as it is usually written: `42` and `0x7f.1` are addresses as well, of another host than one reads. */
function isHost(value: string): boolean {
  const name = /^([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?)(?::\d{1,5})?$/.exec(value)?.[1];
  if (name === undefined || !URL.canParse(`http://${value}`)) return false;
  return new URL(`http://${value}`).hostname === name.toLowerCase();
}

/** In an address each value is one piece of it; where the host stands, only what is a name or an address itself. */
function inHttp(value: string, context: Context): Quoted {
  const line = context.before.replace(/^\n/, '');
  if (/^\s*(?:[A-Za-z]+\s+)?[A-Za-z][A-Za-z0-9+.-]*:\/\/[^\s/?#]*$/.test(line)) {
    return isHost(value) ? { text: value } : { why: 'it is no host name' };
  }
  if (!/:\/\/[^\s/?#]+[/?#]\S*$/.test(line))
    return { why: 'only inside an address is its place known' };
  if (/^\.{1,2}$/.test(value)) return { why: 'the value climbs out of its folder' };
  return {
    text: encodeURIComponent(value).replace(
      /[!'()*]/g,
      (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
  };
}

function inJson(value: string, context: Context): Quoted {
  if (context.place === 'double') return { text: JSON.stringify(value).slice(1, -1) };
  return { text: number.test(value) ? value : JSON.stringify(value) };
}

/** Programs that read their arguments as code, a pattern or a document of their own: quoting for the shell is not enough. */
const readsAgain =
  /(^|[\s;|&(`"'/])(ssh|eval|watch|xargs|parallel|su|pdsh|ansible|g?awk|sed|jq|yq|perl|crontab|at|batch|iex|invoke-expression|invoke-command|runuser|chroot|nsenter|tmux|screen|find|trap|expect|nc|telnet|redis-cli)(\s|$)|\b(sh|bash|zsh|dash|ksh|ash|fish|cmd|pwsh|powershell|python[\d.]*|ruby|node|php|psql|mysql|mariadb|mongo|mongosh|sqlite3|clickhouse-client|cqlsh)(\.exe)?\b|jsonpath|go-template|custom-columns|\{\{|\s(-d|--data[\w-]*|-e|-c|--eval|--execute|--command|--query|--patch|-p)([\s='"]|$)/i;

export function readsArgumentsAgain(command: string): boolean {
  return readsAgain.test(command);
}

/** `isTrusted`: a person typed it here. It is quoted all the same, but may be an option or climb folders. */
export function quoteValue(input: {
  language: Language;
  context: Context;
  value: string;
  isTrusted: boolean;
  isReadAgain: boolean;
}): Quoted {
  const { language, context, value, isTrusted, isReadAgain } = input;
  if (context.place === 'comment') return { why: 'it stands in a comment' };
  if (hasControl(value)) return { why: 'the value holds control characters' };
  if (deceptive.test(value)) return { why: 'the value holds invisible characters' };
  if (!value.isWellFormed()) return { why: 'the value is not valid text' };
  if (value.length > longest) return { why: 'the value is too long to check by eye' };
  if (!isTrusted) {
    if (context.isCommandStart) return { why: 'it would choose the program to run' };
    if (context.isWordStart && value.startsWith('-')) {
      return { why: 'the value starts with a dash and would be read as an option' };
    }
    if (/(^|[/\\])\.\.([/\\]|$)/.test(value)) return { why: 'the value climbs out of its folder' };
  }
  const isPlain = (language === 'powershell' ? plainEverywhere : plainValue).test(value);
  if (
    isPlain &&
    language !== 'http' &&
    (context.place === 'fragile' || language === 'other' || isReadAgain)
  ) {
    return { text: value };
  }
  if (context.place === 'fragile') return { why: 'it cannot be quoted safely in this place' };
  if (language === 'other') return { why: 'it cannot be quoted safely in this language' };
  if (isReadAgain && (language === 'sh' || language === 'powershell')) {
    return {
      why: 'this command reads its arguments as code, so the value cannot be quoted safely',
    };
  }
  switch (language) {
    case 'sh':
      return inShell(value, context);
    case 'powershell':
      return inPowerShell(value, context);
    case 'sql':
      return inSql(value, context);
    case 'promql':
      return inPromql(value, context);
    case 'http':
      return inHttp(value, context);
    case 'json':
      return inJson(value, context);
  }
}
