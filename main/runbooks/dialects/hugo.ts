/** Hugo's shortcodes as plain Markdown. What is not known stays in sight, as code. */
import {
  callout,
  fenced,
  folded,
  isCalloutKind,
  linkTarget,
  outsideCode,
  replaceBetween,
} from './outside-code.ts';

/** Every repetition stops at a brace or is bounded: a document of a stranger must not cost quadratic time. */
const shortcode =
  /\{\{([<%])\s{0,100}(\/?)[ \t]{0,100}([\w./-]{1,200}(?![\w./-]))((?:"[^"\n]*"|`[^`]*`|'[^'\n]*'|[^"'`>%{}]|%(?!\}\})|>(?!\}\}))*)[>%]\}\}/g;
const quotedBegins = /\{\{([<%])\/\*/g;
const quotedEnds = /\*\/[>%]\}\}/g;
const codeBegins = /\{\{[<%]\s{0,100}(highlight|code|codeblock|mermaid)\b([^{}]{0,1000})[>%]\}\}/g;
const codeEnds = (name: string): RegExp =>
  new RegExp(`\\{\\{[<%]\\s{0,100}/\\s{0,100}${name}\\s{0,100}[>%]\\}\\}`, 'g');
/** Deeper ones are drawn side by side. */
const deepest = 20;

interface Arguments {
  readonly named: ReadonlyMap<string, string>;
  readonly plain: readonly string[];
}

function readArguments(text: string): Arguments {
  const named = new Map<string, string>();
  const plain: string[] = [];
  for (const found of text.matchAll(
    /(?:([\w-]+)\s*=\s*)?(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`|'([^']*)'|([^\s"'`=]+))/g,
  )) {
    const value = (found[2] ?? found[3] ?? found[4] ?? found[5] ?? '').replaceAll('\\"', '"');
    if (found[1] === undefined) plain.push(value);
    else named.set(found[1].toLowerCase(), value);
  }
  return { named, plain };
}

const isDropped = (name: string): boolean =>
  /^(toc|table_of_contents|tableofcontents|children|childpages|sectionlist|subpages|listfolder|pagelist|clear|br|newline|comment)$/i.test(
    name,
  );

interface Open {
  readonly name: string;
  readonly args: Arguments;
  /** Where its text begins in the list of parts. */
  readonly from: number;
}

/** What a shortcode that stands alone becomes. */
function single(name: string, args: Arguments, source: string): string {
  const first = args.named.get('path') ?? args.plain[0] ?? '';
  switch (name) {
    case 'ref':
    case 'relref':
      return linkTarget(first);
    case 'figure':
    case 'img':
    case 'image': {
      const target = args.named.get('src') ?? args.named.get('link') ?? first;
      const words =
        args.named.get('alt') ?? args.named.get('caption') ?? args.named.get('title') ?? '';
      return target === '' ? '' : `![${words.replace(/[[\]]/g, '')}](${linkTarget(target)})`;
    }
    default:
      return isDropped(name) ? '' : `\`${source.replaceAll('`', "'")}\``;
  }
}

/** What a shortcode with a text in it becomes. */
function paired(name: string, args: Arguments, body: string): string {
  const title = args.named.get('title') ?? args.named.get('name') ?? args.named.get('header') ?? '';
  const kind =
    args.named.get('type') ??
    args.named.get('color') ??
    args.named.get('level') ??
    args.named.get('style') ??
    args.plain.find(isCalloutKind);
  if (
    /^(admonition|alert|callout|hint|notice|block|blocks\/note)$/.test(name) ||
    isCalloutKind(name)
  ) {
    const own = kind !== undefined && isCalloutKind(kind) ? kind : name;
    const heading = title || (args.plain.find((word) => !isCalloutKind(word)) ?? '');
    return `\n\n${callout(own, heading, body)}\n\n`;
  }
  if (/^(expand|details|collapse|collapsible|spoiler|accordion|fold)$/.test(name)) {
    return `\n\n${folded(title || (args.named.get('summary') ?? args.plain[0] ?? 'Details'), body)}\n\n`;
  }
  if (/^(tab|tab-item|codetab|accordion-item)$/.test(name)) {
    return `\n\n**${title || (args.plain[0] ?? 'Alternative')}**\n\n${body.trim()}\n\n`;
  }
  if (name === 'button' || name === 'link') {
    const target =
      args.named.get('href') ?? args.named.get('relref') ?? args.named.get('url') ?? args.plain[0];
    return target === undefined ? body : `[${body.trim()}](${linkTarget(target)})`;
  }
  return isDropped(name) ? '' : body;
}

function rewriteProse(text: string): string {
  const closings = new Map<string, number>();
  for (const found of text.matchAll(shortcode)) {
    if (found[2] === '/') closings.set(found[3] ?? '', (closings.get(found[3] ?? '') ?? 0) + 1);
  }
  const parts: string[] = [];
  const open: Open[] = [];
  const openNames = new Map<string, number>();
  const count = (name: string, change: 1 | -1): void =>
    void openNames.set(name, (openNames.get(name) ?? 0) + change);
  let at = 0;
  const close = ({ name, args, from }: Open): void => {
    count(name, -1);
    const body = parts.splice(from).join('');
    parts.push(paired(name, args, body));
  };
  for (const found of text.matchAll(shortcode)) {
    const [source = '', , slash, name = ''] = found;
    // A slash at the end closes it at once.
    const rest = (found[4] ?? '').trimEnd().replace(/\/$/, '');
    parts.push(text.slice(at, found.index));
    at = found.index + source.length;
    if (slash === '/') {
      closings.set(name, (closings.get(name) ?? 1) - 1);
      const index = open.findLastIndex((one) => one.name === name);
      // One that was never opened means nothing.
      if (index === -1) continue;
      while (open.length > index) {
        const last = open.pop();
        if (last !== undefined) close(last);
      }
    } else if (open.length < deepest && (closings.get(name) ?? 0) > (openNames.get(name) ?? 0)) {
      count(name, 1);
      open.push({ name, args: readArguments(rest), from: parts.length });
    } else parts.push(single(name.toLowerCase(), readArguments(rest), source));
  }
  parts.push(text.slice(at));
  while (open.length > 0) {
    const last = open.pop();
    if (last !== undefined) close(last);
  }
  return parts.join('');
}

export function fromHugo(markdown: string): string {
  if (!/\{\{[<%]/.test(markdown)) return markdown;
  const withFences = replaceBetween(
    markdown,
    codeBegins,
    ([, name = '']) => codeEnds(name),
    ([, name = '', rest = ''], body) => {
      const { plain, named } = readArguments(rest.trimEnd());
      const language = name === 'mermaid' ? name : (named.get('lang') ?? plain[0] ?? '');
      return `\n${fenced(language.replace(/\W.*/, ''), body)}\n`;
    },
  );
  return outsideCode(withFences, (text, keep) =>
    rewriteProse(
      replaceBetween(
        text,
        quotedBegins,
        () => quotedEnds,
        ([, mark = ''], inner) =>
          keep(`\`{{${mark} ${inner.trim()} ${mark === '<' ? '>' : '%'}}}\``),
      ),
    ).replace(/\n{4,}/g, '\n\n\n'),
  );
}
