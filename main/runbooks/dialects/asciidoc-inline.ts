/** AsciiDoc within a line, as Markdown: marks, links, images, anchors, attributes. */
import { linkTarget } from './outside-code.ts';

/** What `{name}` stands for; nothing, once a document asks for more than any person would read. */
export type Attributes = Pick<ReadonlyMap<string, string>, 'get'>;

const words = (text: string, otherwise: string): string =>
  (
    text
      .replace(/^"|"$/g, '')
      .replace(/,\s*(?:window|role|opts|title|link|width|height|align)=.*$/, '')
      .replace(/\^$/, '')
      .trim() || otherwise
  ).replace(/[[\]]/g, '\\$&');

const base = (target: string): string =>
  target.split(/[/#]/).findLast((part) => part !== '') ?? target;

/** Cross references name a file and a place in it; without a file they name a place here. */
function reference(target: string, text: string): string {
  const [file = '', place = ''] = target.includes('#') ? target.split('#') : ['', target];
  const isFile = target.includes('#') || /\.(adoc|asciidoc|md|html?)$/i.test(target);
  const to = isFile
    ? target.includes('#')
      ? `${file}${place === '' ? '' : `#${place}`}`
      : target
    : `#${place}`;
  return `[${words(text, base(target).replace(/_/g, ' ').trim())}](${linkTarget(to)})`;
}

export function inlineMarkdown(text: string, attributes: Attributes): string {
  if (!/[*_#`+<{[\]:^~(\\]/.test(text)) return text;
  const kept: string[] = [];
  const keep = (code: string): string => `\ufdd0${kept.push(code) - 1}\ufdd1`;
  const code = (value: string): string => {
    const longest = Math.max(0, ...(value.match(/`+/g) ?? []).map((mark) => mark.length));
    const mark = '`'.repeat(longest + 1);
    return keep(`${mark}${value}${mark}`);
  };
  let line = text
    .replace(/[\ufdd0\ufdd1]/g, '\ufffd')
    .replace(/\{([\w-]+)\}/g, (whole, name: string) => {
      const value = attributes.get(name.toLowerCase());
      return value ?? builtIn[name.toLowerCase()] ?? whole;
    })
    .replace(/pass:\w*\[([^\]]*)\]/g, (_whole, value: string) => code(value))
    .replace(/\+\+\+(.+?)\+\+\+/g, (_whole, value: string) => code(value))
    .replace(/`\+(.+?)\+`/g, (_whole, value: string) => code(value))
    .replace(/``(.+?)``/g, (_whole, value: string) => code(value))
    .replace(/`([^`]+)`/g, (_whole, value: string) => code(value))
    .replace(/(?<![\w+])\+(?=\S)([^+\n]*?\S)\+(?![\w+])/g, (_whole, value: string) => code(value));
  line = line
    // A picture of a font that nobody has here.
    .replace(/icon:[\w-]{1,60}\[[^\]\n]{0,200}\][ \t]*/g, '')
    .replace(
      /image::?([^\s[\]]{1,1000})\[([^\]]{0,1000})\]/g,
      (_whole, target: string, rest: string) =>
        keep(`![${words(rest.split(',')[0] ?? '', base(target))}](${linkTarget(target)})`),
    )
    .replace(
      /(?:link:|mailto:)([^\s[\]]{1,1000})\[([^\]]{0,1000})\]/g,
      (_whole, target: string, rest: string) =>
        keep(`[${words(rest, target)}](${linkTarget(target)})`),
    )
    .replace(
      /xref:([^\s[\]]{1,1000})\[([^\]]{0,1000})\]/g,
      (_whole, target: string, rest: string) => keep(reference(target, rest)),
    )
    .replace(
      /<<([^<>,\n]+)(?:,([^<>\n]*))?>>/g,
      (_whole, target: string, rest: string | undefined) =>
        keep(reference(target.trim(), rest ?? '')),
    )
    .replace(
      /\b(https?:\/\/[^\s[\]<>]{1,2000})\[([^\]]{0,1000})\]/g,
      (_whole, target: string, rest: string) =>
        keep(`[${words(rest, target)}](${linkTarget(target)})`),
    )
    .replace(/\[\[([\w:.-]+)(?:,[^\]]*)?\]\]/g, (_whole, id: string) => keep(`<a id="${id}"></a>`))
    .replace(/(?:kbd|btn):\[([^\]]*)\]/g, (_whole, value: string) => code(value))
    .replace(/menu:([^[\]\n]{1,200})\[([^\]]{0,1000})\]/g, (_whole, menu: string, rest: string) =>
      [menu, ...rest.split('>')]
        .map((part) => part.trim())
        .filter((part) => part !== '')
        .join(' › '),
    )
    .replace(/footnote:\w*\[([^\]]*)\]/g, ' ($1)')
    .replace(/\[[\w.%# -]*\]#([^#\n]+)#/g, '$1')
    .replace(/##([^#\n]+)##/g, '$1')
    .replace(
      /(?<![\w*\\])\*\*(?=\S)([^*\n]*?\S)\*\*/g,
      (_whole, value: string) => `${keep('**')}${value}${keep('**')}`,
    )
    .replace(
      /(?<![\w*\\])\*(?=[^\s*])([^*\n]*?[^\s*]|)\*(?![\w*])/g,
      (_whole, value: string) => `**${value}**`,
    )
    .replace(/__(?=\S)([^_\n]*?\S)__/g, (_whole, value: string) => `*${value}*`)
    .replace(/[ \t]\+$/, '  ');
  line = line.replace(/\\([*_#`{[<])/g, '$1');
  for (let depth = 0; depth < 4 && line.includes('\ufdd0'); depth++) {
    line = line.replace(/\ufdd0(\d+)\ufdd1/g, (_whole, index: string) => kept[Number(index)] ?? '');
  }
  return line;
}

const builtIn: Readonly<Record<string, string>> = {
  nbsp: ' ',
  sp: ' ',
  empty: '',
  blank: '',
  amp: '&',
  lt: '&lt;',
  gt: '&gt;',
  vbar: '|',
  asterisk: '\\*',
  backtick: '\\`',
  startsb: '\\[',
  endsb: '\\]',
};
