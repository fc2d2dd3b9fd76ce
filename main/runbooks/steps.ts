/** Finds the steps of a section: numbered and task lists, `Step n` headings, and commands that stand alone. */
import { hash as hashText } from 'node:crypto';
import type { Phase } from '../../preload/contract/runbooks.ts';
import { leaveOutPrompts, readFence } from './commands.ts';
import {
  oneLine,
  plainText,
  sourceOf,
  type Block,
  type CodeBlock,
  type ListItem,
} from './blocks.ts';
import type { ParsedCommand, ParsedStep } from './model.ts';
import { isOutput } from './printed.ts';
import {
  announcesFacts,
  commandsInText,
  isLabelledDeed,
  isTellingHeading,
  isToDo,
} from './step-lists.ts';
import { isCommandInText } from './programs.ts';
import { labelOf, minutesOf, minutesWithin, type Label } from './step-parts.ts';

export interface SectionPlace {
  readonly heading: string | null;
  readonly anchors: readonly string[];
  readonly phase: Phase;
  /** The heading itself names the phase, so plain bullets under it are things to do. */
  readonly isPhaseNamed: boolean;
}

type Draft = Omit<ParsedStep, 'id'>;

const stepHeading = /^\s*step\s+\d+\s*[:.)–—-]?\s*/i;
export const isStepHeading = (heading: string): boolean => stepHeading.test(heading);

/** One line; what ends without a mark of its own is a sentence, so that the next is none of it. */
const sentences = (parts: readonly string[]): string =>
  parts
    .map(oneLine)
    .filter((part) => part !== '')
    .reduce(
      (line, part) =>
        line === '' ? part : `${line}${/[\p{L}\p{N}\])>%"'”’`]$/u.test(line) ? '.' : ''} ${part}`,
      '',
    );

interface Reading {
  text: string;
  plain: string;
  commands: ParsedCommand[];
  /** What stands behind a label, as text; a way back keeps its commands as fences. */
  told: Record<Label, string[]>;
}

function codesIn(node: Block | ListItem): CodeBlock[] {
  if (node.type === 'code') return [node];
  const isContainer =
    node.type === 'list' || node.type === 'listItem' || node.type === 'blockquote';
  return isContainer ? node.children.flatMap(codesIn) : [];
}

/** Printed, by what the words before it say; but what is typed after a prompt is a command all the same. */
const isShown = (before: string, text: string): boolean =>
  isOutput(before, text) && leaveOutPrompts(text).text === text;

/** A paragraph that is nothing but a command, as some write it in place of a fence. */
const isCommandAlone = (node: Block): boolean => {
  const only = node.type === 'paragraph' && node.children.length === 1 ? node.children[0] : null;
  return only?.type === 'inlineCode' && isCommandInText(only.value);
};

/** A note or a warning of its own. */
const isCallout = (node: Block): boolean =>
  node.type === 'blockquote' &&
  /^\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]/.test(plainText(node));

/** With more backticks than there are in it. */
function fenced(language: string, value: string): string {
  const longest = Math.max(2, ...(value.match(/`{3,}/g) ?? []).map((mark) => mark.length));
  const mark = '`'.repeat(longest + 1);
  return `${mark}${language}\n${value}\n${mark}`;
}

/** Reads blocks that belong to one step: text, commands, and what to expect. */
function readBlocks(piece: string, nodes: readonly Block[], lead = ''): Reading {
  const told: Reading['told'] = { expected: [], verify: [], rollback: [], time: [] };
  const reading: Reading = { text: '', plain: '', commands: [], told };
  const texts: string[] = [];
  const plains: string[] = [];
  /** The label that the fence below belongs to. */
  let open: Label | null = null;
  let before = lead;
  const inText: string[] = [];
  for (const node of nodes) {
    if (node.type === 'code') {
      const isPrinted = isShown(before, node.value);
      const fence = isPrinted ? null : readFence(node.lang, node.value);
      before = '';
      // What undoes the step must never be taken for the step.
      if (open === 'expected') told.expected.push(node.value);
      else if (open === 'rollback') told.rollback.push(fenced(node.lang, node.value));
      else if (fence === null) texts.push(fenced(isPrinted ? 'text' : node.lang, node.value));
      else {
        reading.commands.push(fence.command);
        // Never to be taken for what this computer printed.
        if (fence.printed !== '') {
          texts.push(`*An example of what it prints:*\n\n${fenced('text', fence.printed)}`);
        }
      }
      continue;
    }
    open = null;
    if (node.type === 'paragraph') {
      before = plainText(node);
      const source = sourceOf(piece, node).split('\n');
      const plain = plainText(node).split('\n');
      const first = plain.findIndex((line) => labelOf(line) !== null);
      // What checks the step or undoes it is not the step.
      if (first === -1) inText.push(...commandsInText(node.children));
      const end = first === -1 ? plain.length : first;
      if (end > 0) {
        texts.push(source.slice(0, first === -1 ? source.length : first).join('\n'));
        plains.push(plain.slice(0, end).join(' '));
      }
      const behind: { label: Label; lines: string[] }[] = [];
      for (const line of plain.slice(end)) {
        const found = labelOf(line);
        if (found === null) behind.at(-1)?.lines.push(line);
        else behind.push({ label: found.label, lines: [found.rest] });
      }
      for (const { label, lines } of behind) {
        const text = oneLine(lines.join(' '));
        if (text !== '') told[label].push(text);
      }
      const last = behind.at(-1);
      if (
        last !== undefined &&
        (last.label === 'rollback' || oneLine(last.lines.join(' ')) === '')
      ) {
        open = last.label;
      }
      continue;
    }
    if (node.type === 'html' && plainText(node).trim() === '') continue;
    const cuts: { start: number; end: number }[] = [];
    for (const code of codesIn(node)) {
      const fence = readFence(code.lang, code.value);
      if (fence === null) continue;
      reading.commands.push(fence.command);
      cuts.push(code);
    }
    texts.push(sourceOf(piece, node, cuts));
    plains.push(withoutCode(node));
  }
  if (reading.commands.length === 0) {
    for (const text of new Set(inText))
      reading.commands.push({ language: 'sh', quoting: 'sh', text });
  }
  reading.text = texts.filter((text) => text !== '').join('\n\n');
  reading.plain = sentences(plains);
  return reading;
}

function withoutCode(node: Block | ListItem): string {
  if (node.type === 'code') return '';
  if (node.type === 'list' || node.type === 'listItem') {
    return sentences(node.children.map(withoutCode));
  }
  return plainText(node);
}

/** For a command that stands alone, without any words. */
const firstLine = (commands: readonly ParsedCommand[]): string =>
  /^[ \t]*[^#\s].*/m
    .exec(commands[0]?.text ?? '')?.[0]
    .trim()
    .slice(0, 200) ?? '';

function draftOf(reading: Reading, place: SectionPlace, heading: string = ''): Draft | null {
  const { told } = reading;
  const expected = told.expected.join('\n');
  // Commands without any words of their own are what their section is called.
  const isBare = heading === '' && reading.plain === '' && reading.commands.length > 0;
  const title = isBare ? oneLine(place.heading ?? '') : heading;
  const text = [title, reading.text].filter((part) => part !== '').join('\n\n');
  const plain = sentences([heading, reading.plain]);
  if (text === '' && reading.commands.length === 0 && expected === '') return null;
  // A step that only says what to expect is a step to check, not the result of nothing.
  const isOnlyExpected = text === '' && reading.commands.length === 0;
  return {
    text: isOnlyExpected ? `Expect: ${expected}` : text,
    plainText: isOnlyExpected
      ? `Expect: ${oneLine(expected)}`
      : plain || oneLine(place.heading ?? '') || firstLine(reading.commands),
    section: place.heading,
    anchors: place.anchors,
    phase: place.phase,
    commands: reading.commands,
    expected: isOnlyExpected || expected === '' ? null : expected,
    verify: told.verify.join('\n') || null,
    rollback: told.rollback.join('\n\n') || null,
    minutes: minutesOf(told.time.join(' ')) ?? minutesWithin(plain),
  };
}

function addTo(draft: Draft, piece: string, nodes: readonly Block[]): Draft {
  const more = readBlocks(piece, nodes, draft.plainText);
  // A fence says better what to type than the sentence before it.
  const isTyped = nodes.some(({ type }) => type === 'code') && more.commands.length > 0;
  const own = draft.commands.filter(({ text }) => !isTyped || !draft.text.includes(`\`${text}\``));
  const commands = isTyped || own.length === 0 ? [...own, ...more.commands] : own;
  const joined = (known: string | null | undefined, news: readonly string[]): string | null =>
    [known ?? '', ...news].filter((text) => text !== '').join('\n') || null;
  return {
    ...draft,
    commands,
    expected: joined(draft.expected, more.told.expected),
    verify: joined(draft.verify, more.told.verify),
    rollback: joined(draft.rollback, more.told.rollback),
    minutes: draft.minutes ?? minutesOf(more.told.time.join(' ')),
    text: [draft.text, more.text].filter((text) => text !== '').join('\n\n'),
  };
}

/** A list of links, here or to elsewhere, is for reading on, and not of things to do. */
const isContents = (items: readonly ListItem[]): boolean =>
  items.every((item) =>
    item.children.every(
      (child) =>
        child.type === 'list' ||
        (child.type === 'paragraph' &&
          child.children.length === 1 &&
          child.children[0]?.type === 'link' &&
          /^(#|https?:)/i.test(child.children[0].url)),
    ),
  );

/** The steps in one section, in the document's order. */
export function readSteps(piece: string, nodes: readonly Block[], place: SectionPlace): Draft[] {
  const isList = (node: Block): node is Extract<Block, { type: 'list' }> => node.type === 'list';
  const isSeries = place.heading !== null && isStepHeading(place.heading);
  const ownNumber = Number(/\d+/.exec(place.heading ?? '')?.[0] ?? 0);
  const partsOf = (node: Block): number =>
    isList(node) && node.ordered ? node.children.length : 0;
  // A step of several numbered parts is several things to tick off.
  if (isSeries && nodes.reduce((sum, node) => sum + partsOf(node), 0) < 2) {
    const heading = (place.heading ?? '').replace(stepHeading, '');
    const draft = draftOf(readBlocks(piece, nodes), place, heading);
    return draft === null ? [] : [{ ...draft, sourceNumber: ownNumber }];
  }
  const hasExplicit = nodes.some(
    (node) => isList(node) && (node.ordered || node.children.some((item) => item.checked !== null)),
  );
  const takesBullets =
    place.isPhaseNamed && !hasExplicit && place.phase !== 'real' && place.phase !== 'how_bad';
  const isTelling = place.heading !== null && isTellingHeading(place.heading);
  const steps: Draft[] = [];
  let isOpen = false;
  /** The words before this node, and whether a step stood before them. */
  let before: Block | null = null;
  let wasOpen = false;
  for (const node of nodes) {
    const last = steps.at(-1);
    if (node.type === 'list') {
      isOpen = false;
      if (isContents(node.children)) continue;
      const isRead = isTelling || announcesFacts(before);
      const takesAll = node.ordered || takesBullets;
      const areDeeds =
        !takesAll &&
        !hasExplicit &&
        !isRead &&
        2 * node.children.filter(isToDo).length >= node.children.length;
      const firstNumber = node.ordered ? Number(/^\d+/.exec(sourceOf(piece, node))?.[0] ?? 1) : 0;
      before = null;
      for (const [index, item] of node.children.entries()) {
        const isStep =
          item.checked !== null ||
          isLabelledDeed(item) ||
          (takesAll ? !isRead || isToDo(item) : areDeeds && isToDo(item)) ||
          codesIn(item).some((code) => readFence(code.lang, code.value) !== null);
        const draft = isStep ? draftOf(readBlocks(piece, item.children), place) : null;
        if (draft === null) {
          // A fence that follows belongs to what was said last.
          if (!isOpen) before = item.children.find((child) => child.type === 'paragraph') ?? null;
          continue;
        }
        // “Step 3” means the third heading here, and no part of one.
        const number = isSeries ? (steps.length === 0 ? ownNumber : null) : firstNumber + index;
        steps.push(node.ordered && number !== null ? { ...draft, sourceNumber: number } : draft);
        isOpen = true;
        before = null;
      }
      wasOpen = false;
    } else if (node.type === 'code') {
      const words = before === null ? '' : plainText(before);
      if (isOpen && last !== undefined) steps[steps.length - 1] = addTo(last, piece, [node]);
      else if (isShown(words, node.value)) {
        if (wasOpen && last !== undefined && before !== null) {
          steps[steps.length - 1] = addTo(last, piece, [before, node]);
        }
      } else if (readFence(node.lang, node.value) !== null) {
        const draft = draftOf(readBlocks(piece, before === null ? [node] : [before, node]), place);
        if (draft !== null) steps.push(draft);
        isOpen = draft !== null;
      }
      before = null;
      wasOpen = false;
    } else if (!isOpen && isCommandAlone(node)) {
      const draft = draftOf(readBlocks(piece, before === null ? [node] : [before, node]), place);
      if (draft !== null) steps.push(draft);
      isOpen = draft !== null;
      before = null;
      wasOpen = false;
    } else {
      const text = node.type === 'paragraph' ? plainText(node) : '';
      // What warns of a step is read with it, whether it stands behind it or before it.
      const isWarning = isCallout(node);
      const isOfStep = isWarning || labelOf(text) !== null || /^\(\w{1,3}\) /.test(text);
      if (isOpen && isOfStep && last !== undefined) {
        steps[steps.length - 1] = addTo(last, piece, [node]);
      } else if (node.type !== 'html' || plainText(node).trim() !== '') {
        wasOpen = isOpen;
        isOpen = false;
        before = node.type === 'paragraph' || isWarning ? node : null;
      }
    }
  }
  return steps;
}

/** What needs to know of no other script takes a third of the time. */
const isPlain = /^[\t\n -~]*$/;

/** Ids from the step's own words, so that edits elsewhere keep its history; equal words are told apart by their order. */
export function withIds(drafts: readonly Draft[]): ParsedStep[] {
  const seen = new Map<string, number>();
  return drafts.map((draft) => {
    const words = (
      draft.plainText || draft.commands.map((command) => command.text).join('\n')
    ).toLowerCase();
    const key = words
      .replace(isPlain.test(words) ? /[^a-z0-9<>$]+/g : /[^\p{L}\p{N}<>$]+/gu, ' ')
      .trim();
    const occurrence = seen.get(key) ?? 0;
    seen.set(key, occurrence + 1);
    const hash = hashText('sha256', key).slice(0, 16);
    // Each is new, and there are a hundred thousand of them: to copy them took longer than to read them.
    return Object.assign(draft, { id: occurrence === 0 ? hash : `${hash}-${occurrence}` });
  });
}
