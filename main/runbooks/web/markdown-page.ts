/** A page that is Markdown already: its settings are read, and its images and links made findable from where the copy stands. Pure. */
import { readFrontMatter } from '../front-matter.ts';
import type { RunbookMeta } from '../model.ts';
import { imageMark } from './reduce.ts';

export interface MarkdownPage {
  readonly meta: RunbookMeta;
  readonly markdown: string;
  readonly images: readonly string[];
}

const mostImages = 60;

/** `base`: where it was read, which its images are relative to. `page`: where people read it, which its links are relative to. */
export function readMarkdownPage(text: string, base: URL, page: URL): MarkdownPage {
  const { meta, markdown } = readFrontMatter(text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n'));
  const images: string[] = [];
  const rewrite = (line: string): string =>
    line.replace(
      /(!?)\[((?:[^[\]\\]|\\.){0,1000})\]\(\s*<?([^\s()<>]+)>?(\s+(?:"[^"]*"|'[^']*'))?\s*\)/g,
      (all, mark: string, words: string, target: string, title: string | undefined) => {
        if (mark === '') {
          if (/^(?:[a-z][a-z0-9+.-]*:|#)/i.test(target)) return all;
          const url = URL.parse(target, page);
          return url === null ? all : `[${words}](${url.href}${title ?? ''})`;
        }
        const url = URL.parse(target, base);
        if (url === null || !/^https?:$/.test(url.protocol)) return words;
        const known = images.indexOf(url.href);
        if (known === -1 && images.length >= mostImages) return words;
        const index = known === -1 ? images.push(url.href) - 1 : known;
        return `![${words}](${imageMark(index)})`;
      },
    );
  let fence: string | null = null;
  const lines = markdown.split('\n').map((line) => {
    const found = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (found !== undefined && fence === null) fence = found;
    else if (found !== undefined && fence !== null && found.startsWith(fence)) fence = null;
    // Code is shown as it is written; commands may look like links.
    return fence !== null || found !== undefined || /^(?: {4}|\t)/.test(line)
      ? line
      : rewrite(line);
  });
  return { meta, markdown: lines.join('\n'), images };
}
