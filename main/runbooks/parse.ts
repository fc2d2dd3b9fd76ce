/** From a file's text to a runbook: title, sections, the names alarms know it by, and its steps. */
import { headingText, htmlIn, oneLine, plainText, type Block, type TableCell } from './blocks.ts';
import { toMarkdown } from './dialects/to-markdown.ts';
import { withoutExtension } from './extensions.ts';
import { readFrontMatter } from './front-matter.ts';
import { anchorsIn } from './html-text.ts';
import { parsePiece, splitPieces } from './markdown.ts';
import type { NameOrigin, ParsedRunbook, ParsedSection, ParsedStep, RunbookName } from './model.ts';
import { foldName, headingName, isAlarmLike } from './names.ts';
import { inNightOrder, phaseOfHeading, phaseWithin } from './phases.ts';
import { isNumberedDeed } from './step-lists.ts';
import { isStepHeading, readSteps, withIds } from './steps.ts';
import { createSlugger } from '../../preload/anchors.ts';
import type { Phase } from '../../preload/contract/runbooks.ts';

/** Part of every content hash: a better parser reads everything again. */
export const parserVersion = 9;

const maxNames = 5_000;
const maxSteps = 1_000;

const genericFile = /^(readme|_?index|main|default|runbooks?|overview)$/i;

/** Base name without its extensions: `KubePodNotReady` of `pods/KubePodNotReady.html.md.erb`. */
export function fileName(path: string): string {
  const base = path.split('/').at(-1) ?? path;
  return withoutExtension(base);
}

/** The name a path gives a document; a README is called by its folder. */
export function pathName(path: string): string {
  const base = fileName(path);
  const folder = path.split('/').at(-2);
  return genericFile.test(base) && folder !== undefined ? folder : base;
}

export const isGenericFile = (path: string): boolean => genericFile.test(fileName(path));

interface OpenHeading {
  readonly depth: number;
  readonly text: string;
  readonly slug: string;
  /** Other anchors that lead to it: ids and names that the document gives. */
  readonly aliases: string[];
  readonly phase: Phase | null;
}

interface OpenSection {
  anchor: string;
  heading: string;
  aliases: string[];
  blocks: Block[];
}

const mayNamePlaces = /<[a-z][a-z0-9]*\s[^<>]*\b(?:id|name)\s*=/i;

/** An anchor that stands alone before a heading names what follows. */
const isOnlyAnchors = (block: Block): boolean =>
  (block.type === 'html' || block.type === 'paragraph') && plainText(block).trim() === '';

const alarmsIn = (text: string): string[] =>
  text.split(/[\s,;/()[\]"'`]+/).filter((word) => isAlarmLike(word.replace(/[.:]+$/, '')));

class Names {
  readonly #names = new Map<string, RunbookName>();

  add(text: string, anchor: string, origin: NameOrigin): void {
    const name = foldName(text);
    const key = `${name}\n${anchor}\n${origin}`;
    if (name.length < 3 || name.length > 200 || this.#names.size >= maxNames) return;
    if (!this.#names.has(key)) this.#names.set(key, { name, anchor, origin });
  }

  /** The text as a whole, and every word in it that looks like an alarm's name. */
  addText(text: string, anchor: string, origin: NameOrigin): void {
    this.add(headingName(text), anchor, origin);
    for (const word of alarmsIn(text)) this.add(word, anchor, origin);
  }

  all(): RunbookName[] {
    return [...this.#names.values()];
  }
}

/** A row that leads to another document tells where the runbook is; it is none. */
const leadsAway = (cell: TableCell): boolean =>
  cell.children.some((part) => part.type === 'link' && !/^(#|[a-z][a-z0-9+.-]*:)/i.test(part.url));

/** What stands first in the rows of the tables. */
function rowTexts(block: Block): string[] {
  if (block.type === 'blockquote') return block.children.flatMap(rowTexts);
  if (block.type === 'list')
    return block.children.flatMap((item) => item.children.flatMap(rowTexts));
  if (block.type !== 'table') return [];
  return block.children.slice(1).flatMap((row) => {
    const cell = row.children[0];
    return cell === undefined || leadsAway(cell) ? [] : oneLine(plainText(cell)).slice(0, 300);
  });
}

function unixText(source: string): string {
  const text = source.startsWith('\ufeff') ? source.slice(1) : source;
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** Yields between pieces, so that a document of megabytes can be read without holding up anything else. */
export function* parseInPieces(path: string, source: string): Generator<void, ParsedRunbook> {
  const { meta, problem, markdown: written } = readFrontMatter(unixText(source));
  const markdown = toMarkdown(path, written, meta.title);
  const slug = createSlugger();
  const names = new Names();
  const sections: ParsedSection[] = [];
  const drafts: Omit<ParsedStep, 'id'>[] = [];
  const stack: OpenHeading[] = [];
  let firstTitle: string | null = null;
  /** The heading that the document begins with, whatever its depth. */
  let leading: string | null = null;
  let hasBegun = false;

  const close = (section: OpenSection, piece: string): void => {
    const rows = piece.includes('|') ? section.blocks.flatMap(rowTexts) : [];
    const body = section.blocks
      .map(plainText)
      .filter((text) => text !== '')
      .join('\n');
    if (section.anchor !== '' || body !== '') {
      const { anchor, heading, aliases } = section;
      sections.push({ anchor, heading, aliases, alarms: rows.flatMap(alarmsIn), body });
    }
    for (const row of rows) names.addText(row, section.anchor, 'table row');
    if (drafts.length >= maxSteps) return;
    const phase = stack.findLast((heading) => heading.phase !== null)?.phase ?? 'stop_it';
    drafts.push(
      ...readSteps(piece, section.blocks, {
        heading: section.heading === '' ? null : section.heading,
        anchors: stack.flatMap((heading) => [heading.slug, ...heading.aliases]),
        phase,
        isPhaseNamed: (stack.at(-1)?.phase ?? null) !== null,
      }),
    );
  };

  for (const piece of splitPieces(markdown)) {
    const blocks = parsePiece(piece);
    const last = stack.at(-1);
    let open: OpenSection = {
      anchor: last?.slug ?? '',
      heading: last?.text ?? '',
      aliases: last?.aliases ?? [],
      blocks: [],
    };
    const namesPlaces = piece.includes('<') && mayNamePlaces.test(piece);
    let waiting: string[] = [];
    if (blocks === null) {
      sections.push({
        anchor: open.anchor,
        heading: open.heading,
        aliases: [],
        alarms: [],
        body: piece,
      });
      yield;
      continue;
    }
    let isContinued = last !== undefined;
    for (const block of blocks) {
      const anchors = namesPlaces ? htmlIn(block).flatMap(anchorsIn) : [];
      if (block.type !== 'heading') {
        hasBegun ||= block.type !== 'html';
        open.blocks.push(block);
        if (isOnlyAnchors(block)) waiting.push(...anchors);
        else {
          open.aliases.push(...waiting, ...anchors);
          waiting = [];
        }
        continue;
      }
      const aliases = [...waiting, ...anchors];
      waiting = [];
      if (!isContinued || open.blocks.length > 0) close(open, piece);
      isContinued = false;
      const text = headingText(block);
      const anchor = slug(text);
      while ((stack.at(-1)?.depth ?? 0) >= block.depth) stack.pop();
      if (!hasBegun && phaseOfHeading(text) === null && text !== '') leading = text;
      hasBegun = true;
      const isSeries = isStepHeading(text) || isNumberedDeed(text);
      const outer = stack.findLast((heading) => heading.phase !== null)?.phase ?? null;
      const phase = isSeries ? null : phaseWithin(outer, phaseOfHeading(text), text);
      stack.push({
        depth: block.depth,
        text,
        slug: anchor,
        aliases,
        phase: firstTitle === null && block.depth === 1 ? null : phase,
      });
      if (firstTitle === null && block.depth === 1 && text !== '') {
        firstTitle = text;
        names.addText(text, '', 'title');
      } else if (phase === null || text.split(' ').some(isAlarmLike)) {
        names.addText(text, anchor, 'heading');
      }
      open = { anchor, heading: text, aliases, blocks: [] };
    }
    open.aliases.push(...waiting);
    if (!isContinued || open.blocks.length > 0) close(open, piece);
    yield;
  }

  for (const alarm of meta.alerts) names.add(alarm, '', 'front matter');
  names.add(pathName(path), '', 'file name');
  if (meta.title !== null) names.addText(meta.title, '', 'title');
  return {
    title: (meta.title ?? firstTitle ?? leading ?? pathName(path)).slice(0, 500),
    meta,
    problem: problem?.text ?? null,
    markdown,
    sections,
    names: names.all(),
    steps: inNightOrder(withIds(drafts.slice(0, maxSteps))),
  };
}

/** All at once, for documents known to be small. */
export function parseRunbook(path: string, source: string): ParsedRunbook {
  const reading = parseInPieces(path, source);
  for (;;) {
    const result = reading.next();
    if (result.done === true) return result.value;
  }
}
