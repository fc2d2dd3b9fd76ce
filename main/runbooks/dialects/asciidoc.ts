/**
 * AsciiDoc, reduced to Markdown: headings, lists, code, tables, callouts, links and images, as runbooks use them. It is made
 * readable, not typeset; passthrough blocks, which would be HTML, stay text.
 */
import { callout, fenced, folded } from './outside-code.ts';
import { inlineMarkdown, type Attributes } from './asciidoc-inline.ts';
import { tableMarkdown } from './asciidoc-table.ts';

interface BlockAttributes {
  readonly style: string;
  readonly language: string;
  readonly options: string;
  readonly id: string;
  readonly text: string;
}

const noAttributes: BlockAttributes = { style: '', language: '', options: '', id: '', text: '' };

function readBlockAttributes(line: string): BlockAttributes {
  const text = line.slice(1, -1);
  const parts = text.split(',').map((part) => part.trim());
  const [first = '', second = ''] = parts;
  const style = /^[^#.%=]*/.exec(first)?.[0].replace(/^"|"$/g, '') ?? '';
  return {
    style: style.toLowerCase(),
    language: second.includes('=') ? '' : second.replace(/[^\w+-]/g, ''),
    options: text,
    id: /#([\w:.-]+)/.exec(first)?.[1] ?? /\bid="?([\w:.-]+)/.exec(text)?.[1] ?? '',
    text,
  };
}

const admonition = /^(NOTE|TIP|IMPORTANT|WARNING|CAUTION):\s+(.*)$/;
const listItem = /^\s*(\*{1,6}|-|\.{1,6}|\d{1,4}\.)\s+(\S.*)$/;
const calloutItem = /^<(\d{1,3}|\.)>\s+(.*)$/;
const described = /^\s*(\S.*?)(:{2,4}|;;)(?:\s+(.*))?$/;
const delimiters = /^(-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|\/{4,}|--|`{3,}.*)$/;
/** Both sides of a choice stay: what it depends on is not known here. */
const conditional = /^(ifdef|ifndef|ifeval|endif)::/;
/** `kubectl get pods <1>`: the mark is the page's, and a shell would read it as a redirection. */
const calloutMark =
  /(?<![ \t])[ \t]*(?:(?:#|\/\/|--|;;)[ \t]*)?(?:<(?:\d{1,3}|\.|!--\d+--)>[ \t]*)+$/gm;

/** What is nested deeper is moved once for each level, and no document for people needs it. */
const deepest = 20;

class Reader {
  readonly #lines: readonly string[];
  readonly #attributes: Attributes;
  #at = 0;

  readonly #depth: number;
  /** Lists that are attached to items of lists. */
  #attached = 0;

  constructor(lines: readonly string[], attributes: Attributes, depth = 0) {
    this.#lines = lines;
    this.#attributes = attributes;
    this.#depth = depth;
  }

  #inline = (text: string): string => inlineMarkdown(text, this.#attributes);

  /** The lines up to the closing delimiter, which is passed; up to the end where there is none. */
  #until(delimiter: string): string[] {
    const lines: string[] = [];
    while (this.#at < this.#lines.length) {
      const line = this.#lines[this.#at++] ?? '';
      if (line.trimEnd() === delimiter) break;
      lines.push(line);
    }
    return lines;
  }

  #nested(lines: readonly string[]): string {
    if (this.#depth >= deepest) return fenced('', lines.join('\n'));
    return new Reader(lines, this.#attributes, this.#depth + 1).read();
  }

  /** A delimited block that begins at the current line. */
  #block(line: string, attributes: BlockAttributes): string {
    this.#at++;
    const fence = /^(`{3,})(\w*)/.exec(line);
    const lines = this.#until(fence?.[1] ?? line);
    const text = lines.join('\n');
    if (fence !== null) return fenced(fence[2] ?? '', text.replace(calloutMark, ''));
    const kind = line[0];
    const isCallout = /^(note|tip|important|warning|caution)$/.test(attributes.style);
    if (kind === '/') return '';
    if (kind === '+') return attributes.style === 'stem' ? fenced('', text) : fenced('html', text);
    if (line === '--' && !/^(source|listing|literal)$/.test(attributes.style)) {
      return isCallout ? callout(attributes.style, '', this.#nested(lines)) : this.#nested(lines);
    }
    if (kind === '-' || kind === '.') {
      if (/^(mermaid|plantuml|graphviz|ditaa)$/.test(attributes.style)) {
        return fenced(attributes.style, text);
      }
      const language = attributes.style === 'source' ? attributes.language : '';
      return fenced(language || (kind === '.' ? 'text' : ''), text.replace(calloutMark, ''));
    }
    const body = this.#nested(lines);
    if (isCallout) return callout(attributes.style, '', body);
    if (/%collapsible|options="?[\w,]*collapsible/.test(attributes.options)) {
      return folded(this.#title || 'Details', body);
    }
    if (kind === '_') return body.replace(/^/gm, '> ');
    return kind === '*' ? callout('note', '', body) : body;
  }

  #title = '';

  #list(): string {
    const out: string[] = [];
    /** Marks of the open levels, outermost first, with how far their text is indented. */
    const levels: { mark: string; indent: number }[] = [];
    const indent = (): string => ' '.repeat(levels.at(-1)?.indent ?? 0);
    const add = (mark: string, bullet: string, text: string): void => {
      const known = levels.findIndex((level) => level.mark === mark);
      if (known !== -1) levels.splice(known);
      const lead = indent();
      levels.push({ mark, indent: lead.length + bullet.length + 1 });
      out.push(`${lead}${bullet} ${text}`);
    };
    while (this.#at < this.#lines.length) {
      const line = (this.#lines[this.#at] ?? '').trimEnd();
      const item = listItem.exec(line);
      const numbered = calloutItem.exec(line);
      const term = item === null && numbered === null ? described.exec(line) : null;
      if (item !== null) {
        const [, mark = '', text = ''] = item;
        const kind = /^\d/.test(mark) ? '1.' : mark;
        const task = /^\[([ xX*])\]\s+(.*)$/.exec(text);
        const words =
          task === null
            ? this.#inline(text)
            : `[${task[1] === ' ' ? ' ' : 'x'}] ${this.#inline(task[2] ?? '')}`;
        add(kind, /^[.1]/.test(kind) ? '1.' : '-', words);
        this.#at++;
      } else if (numbered !== null) {
        // It explains the code above, so it stays where that is; nobody ticks it off.
        const last = out.at(-1) ?? '';
        if (/^\s*\([\d.]+\) /.test(last)) out[out.length - 1] = `${last}\\`;
        else if (levels.length > 0) out.push('');
        out.push(`${indent()}(${numbered[1] ?? ''}) ${this.#inline(numbered[2] ?? '')}`);
        this.#at++;
      } else if (term !== null && !/^(include|image|toc|ifdef|ifndef|endif|video)::/.test(line)) {
        const [, name = '', mark = '', text = ''] = term;
        add(mark, '-', `**${this.#inline(name)}**${text === '' ? '' : `: ${this.#inline(text)}`}`);
        this.#at++;
      } else if (line === '+') {
        this.#at++;
        if (this.#attached >= deepest) continue;
        this.#attached++;
        const block = this.#one();
        this.#attached--;
        if (block !== '')
          out.push('', ...block.split('\n').map((one) => (one === '' ? '' : indent() + one)), '');
      } else if (line === '') {
        // An item may follow after blank lines; anything else ends the list.
        let next = this.#at;
        while (next < this.#lines.length && (this.#lines[next] ?? '').trim() === '') next++;
        const following = (this.#lines[next] ?? '').trimEnd();
        const goesOn =
          next < this.#lines.length && (listItem.test(following) || calloutItem.test(following));
        const isText = levels.length > 0 && /^:{2}|^;;/.test(levels.at(-1)?.mark ?? '');
        if (!goesOn && !(isText && described.test(following))) break;
        out.push('');
        this.#at = next;
      } else if (line.startsWith('//')) this.#at++;
      else if (delimiters.test(line) || /^\[.*\]$/.test(line) || /^={1,6}\s/.test(line)) break;
      else {
        out.push(indent() + this.#inline(line.trim()));
        this.#at++;
      }
    }
    return out.join('\n');
  }

  /** The next block, whatever it is. */
  #one(): string {
    let attributes = noAttributes;
    let title = '';
    let ids = '';
    while (this.#at < this.#lines.length) {
      const line = (this.#lines[this.#at] ?? '').trimEnd();
      const rest = (): string => {
        this.#title = title;
        const text = this.#content(line, attributes);
        const isFolded = text.startsWith('<details>');
        const heading = title === '' || isFolded ? '' : `**${this.#inline(title)}**\n\n`;
        const anchor = ids === '' || /^#{1,6} /.test(text) ? '' : `${ids}\n\n`;
        return /^#{1,6} /.test(text) && ids !== '' ? `${text} ${ids}` : anchor + heading + text;
      };
      if (line === '' || /^\/\/(?!\/\/)/.test(line)) {
        this.#at++;
        if (attributes === noAttributes && title === '' && ids === '') return '';
        continue;
      }
      if (/^:!?[\w-]+!?:/.test(line)) {
        this.#at++;
        continue;
      }
      if (conditional.test(line) || line.startsWith('toc::') || line === '<<<') {
        this.#at++;
        continue;
      }
      const anchor = /^\[\[([\w:.-]+)(?:,[^\]]*)?\]\]$/.exec(line);
      if (anchor !== null) {
        ids += `<a id="${anchor[1] ?? ''}"></a>`;
        this.#at++;
        continue;
      }
      if (/^\[.*\]$/.test(line) && !/^\[\S.*\]\(/.test(line)) {
        attributes = readBlockAttributes(line);
        if (attributes.id !== '') ids += `<a id="${attributes.id}"></a>`;
        this.#at++;
        continue;
      }
      if (/^\.[^\s.]/.test(line)) {
        title = line.slice(1);
        this.#at++;
        continue;
      }
      return rest();
    }
    return ids;
  }

  #content(line: string, attributes: BlockAttributes): string {
    const heading = /^(={1,6}|#{1,6})\s+(.*)$/.exec(line);
    if (heading !== null) {
      this.#at++;
      const [, mark = '', words = ''] = heading;
      // The mark may stand behind the words, too.
      const own = words.endsWith(` ${mark}`) ? words.slice(0, -mark.length).trimEnd() : words;
      const text = own.replace(/\[\[([\w:.-]+)(?:,[^\]]*)?\]\]/g, '<a id="$1"></a>');
      return `${'#'.repeat((heading[1] ?? '').length)} ${this.#inline(text)}`;
    }
    if (/^[|,:!]={3,}$/.test(line)) {
      this.#at++;
      const rows = this.#until(line);
      const cell = (text: string): string => this.#inline(text);
      return tableMarkdown(rows, { options: attributes.options, separator: line[0] ?? '|', cell });
    }
    if (delimiters.test(line)) return this.#block(line, attributes);
    if (/^'{3,}$/.test(line)) {
      this.#at++;
      return '---';
    }
    const included = /^include::([^[\]\s]+)\[/.exec(line);
    if (included !== null) {
      this.#at++;
      // Antora says of what family a file is; in the folder, that is where it stands.
      const target = (included[1] ?? '').replace(/^(?:[\w.:-]*:)?(?:partial|page|example)\$/, '');
      return `[${target}](${target})`;
    }
    if (
      listItem.test(line) ||
      calloutItem.test(line) ||
      (described.test(line) && !/^\w+::\S/.test(line))
    ) {
      return this.#list();
    }
    return this.#paragraph(line, attributes);
  }

  #paragraph(line: string, attributes: BlockAttributes): string {
    const isLiteral = /^ +\S/.test(line) || /^(literal|listing|source)$/.test(attributes.style);
    const lines: string[] = [];
    while (this.#at < this.#lines.length) {
      const next = (this.#lines[this.#at] ?? '').trimEnd();
      if (next === '' || next === '+') break;
      if (conditional.test(next)) {
        this.#at++;
        continue;
      }
      const isNew = lines.length > 0 && !isLiteral;
      if (isNew && (delimiters.test(next) || /^\|={3,}$/.test(next) || /^\[[^\]]*\]$/.test(next)))
        break;
      if (isNew && listItem.test(next)) break;
      lines.push(next);
      this.#at++;
    }
    if (lines.length === 0) {
      this.#at++;
      return '';
    }
    if (isLiteral) return fenced(attributes.language, lines.join('\n').replace(calloutMark, ''));
    const named = admonition.exec(lines[0] ?? '');
    const text = [named?.[2] ?? lines[0] ?? '', ...lines.slice(1)].map(this.#inline).join('\n');
    const kind = named?.[1] ?? attributes.style;
    if (/^(note|tip|important|warning|caution)$/i.test(kind)) return callout(kind, '', text);
    if (/^(quote|verse)$/.test(attributes.style)) return text.replace(/^/gm, '> ');
    return text;
  }

  read(): string {
    const out: string[] = [];
    while (this.#at < this.#lines.length) {
      const before = this.#at;
      const block = this.#one();
      if (block !== '') out.push(block);
      // Whatever a line is, it is read once.
      if (this.#at === before) this.#at++;
    }
    return out.join('\n\n');
  }
}

/** In letters: a long value that is used a thousand times must not unfold into gigabytes. */
const mostFilledIn = 500_000;

/** Attributes may be used before the place where they stand. */
function readAttributes(lines: readonly string[]): Attributes {
  let left = mostFilledIn;
  const attributes = new Map<string, string>();
  for (const line of lines) {
    const found = /^:([\w-]+):(?:\s+(.*))?$/.exec(line);
    if (found !== null) attributes.set((found[1] ?? '').toLowerCase(), (found[2] ?? '').trimEnd());
  }
  return {
    get(name) {
      const value = attributes.get(name);
      if (value === undefined || value.length > left) return undefined;
      left -= value.length;
      return value;
    },
  };
}

/** Author and revision under the title are no text. */
function withoutByline(lines: string[]): string[] {
  const title = lines.findIndex((line) => line.trim() !== '' && !/^(\/\/|:)/.test(line));
  if (title === -1 || !/^=\s/.test(lines[title] ?? '')) return lines;
  let end = title + 1;
  while (end < lines.length && end <= title + 2) {
    const line = lines[end] ?? '';
    const isByline =
      /^[\p{L}][^=|*.:[\]]*<[^<>\s]+@[^<>\s]+>;?.*$/u.test(line) ||
      /^v?\d+(\.\d+)*,\s*\d{4}-\d{2}-\d{2}.*$/.test(line);
    if (!isByline) break;
    end++;
  }
  return [...lines.slice(0, title + 1), '', ...lines.slice(end)];
}

export function fromAsciiDoc(source: string): string {
  const lines = source.split('\n');
  return `${new Reader(withoutByline(lines), readAttributes(lines)).read()}\n`;
}
