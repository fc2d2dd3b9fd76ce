/**
 * A runbook as the rows of the store, made as soon as it was read: what waits for its batch is then some texts, not the
 * whole tree of steps. Pure.
 */
import type { ParsedRunbook, RunbookName } from './model.ts';
import { nameWords } from './names.ts';
import { packSteps } from './stored-steps.ts';

export interface RunbookRows {
  readonly runbook: {
    readonly title: string;
    readonly markdown: string;
    readonly meta: string;
    readonly problem: string | null;
    readonly reviewedOn: string | null;
    readonly stepCount: number;
    readonly steps: string;
  };
  readonly sections: readonly SectionRow[];
  readonly names: readonly RunbookName[];
}

interface SectionRow {
  readonly anchor: string;
  readonly heading: string;
  readonly aliases: string;
  readonly body: string;
  /** What else the index knows it by. */
  readonly found: { readonly title: string; readonly heading: string; readonly names: string };
}

/** With the words that a name is made of, where it is one word to the index. */
function searchable(text: string): string {
  if (!/[\p{Ll}\p{N}]\p{Lu}|\p{Lu}\p{Lu}\p{Ll}/u.test(text)) return text;
  const words = nameWords(text);
  return words.length === 0 ? text : `${text} ${words.join(' ')}`;
}

/** A document without any text is still found by its title. */
const emptySections: ParsedRunbook['sections'] = [
  { anchor: '', heading: '', aliases: [], alarms: [], body: '' },
];

export function rowsOf(path: string, parsed: ParsedRunbook): RunbookRows {
  const { title, meta } = parsed;
  const sections = parsed.sections.length === 0 ? emptySections : parsed.sections;
  const pathWords = nameWords(path.replace(/\.\w+$/, '')).join(' ');
  return {
    runbook: {
      title,
      markdown: parsed.markdown,
      meta: JSON.stringify(meta),
      problem: parsed.problem,
      reviewedOn: meta.reviewedOn,
      stepCount: parsed.steps.length,
      steps: packSteps(parsed.steps),
    },
    sections: sections.map(({ anchor, heading, aliases, alarms, body }, position) => ({
      anchor,
      heading,
      aliases: aliases.length === 0 ? '[]' : JSON.stringify(aliases),
      body,
      found: {
        // The title counts once, so that a long document is one hit for its title and not fifty.
        title: position === 0 ? searchable(title) : '',
        heading: searchable(heading),
        names: [
          ...(position === 0 ? [pathWords, ...meta.alerts.map(searchable)] : []),
          ...alarms.map(searchable),
        ].join(' '),
      },
    })),
    names: parsed.names,
  };
}
