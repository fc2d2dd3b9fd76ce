/**
 * A runbook from what was really done in an incident: the ticked steps in the order of the night, with their commands. Pure.
 *
 * Output stays out, it was of that night. Values that came from a label become placeholders again, so that the next alarm
 * fills in its own.
 */
import { stringify } from 'yaml';
import type { Incident } from '../../../preload/contract/incidents.ts';
import { Phase, type CommandPart, type Step } from '../../../preload/contract/runbooks.ts';
import { escapeText } from '../../postmortems/markdown.ts';
import { phaseHeadings } from './templates.ts';

/** Shorter values, and words like these, stand in a command for other reasons too. */
const shortestValue = 4;
const commonValue =
  /^(true|false|none|null|\d+|critical|warning|high|info|prod(uction)?|firing|default|http|https)$/i;
const mostSteps = 200;

export type Labels = Readonly<Record<string, string>>;

/** Label values in text that nobody filled in: longest first, and only as whole words. */
export function withPlaceholders(text: string, labels: Labels): string {
  const values = Object.entries(labels)
    .filter(
      ([name, value]) =>
        value.length >= shortestValue && !commonValue.test(value) && /^\w+$/.test(name),
    )
    .toSorted(([, a], [, b]) => b.length - a.length);
  const names = new Map<string, string>();
  for (const [name, value] of values) if (!names.has(value)) names.set(value, name);
  if (names.size === 0) return text;
  const any = [...names.keys()]
    .map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
    .join('|');
  return text.replaceAll(
    new RegExp(`(?<![\\p{L}\\p{N}_<])(${any})(?![\\p{L}\\p{N}_>])`, 'gu'),
    (value) => `<${names.get(value) ?? value}>`,
  );
}

const partText = (part: CommandPart, labels: Labels): string => {
  if (part.kind === 'text') return withPlaceholders(part.text, labels);
  return part.kind === 'filled' ? `<${part.name}>` : part.text;
};

function fence(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const marks = '`'.repeat(longest + 1);
  return `${marks}${/^[\w+#.-]+$/.test(language) ? language : ''}\n${text}\n${marks}`;
}

const indented = (text: string, indent: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : indent + line))
    .join('\n');

/** A heading within a step would end it. */
const asText = (text: string): string =>
  text
    .replace(/ \*?\(no longer in the runbook\)\*?$/, '')
    .replaceAll(/^#{1,6}[ \t]+/gm, '')
    .trim();

function stepText(step: Step, number: number, labels: Labels): string {
  const lead = `${number}. `;
  const parts = [
    withPlaceholders(asText(step.text) || asText(step.plainText), labels),
    ...step.commands.map((command) =>
      fence(command.language, command.parts.map((part) => partText(part, labels)).join('')),
    ),
    ...(step.expected === null ? [] : [`Expected: ${step.expected.replaceAll('\n', ' ')}`]),
  ].filter((part) => part !== '');
  return lead + indented(parts.join('\n\n'), ' '.repeat(lead.length)).trimStart();
}

/** Each step once, as it was done first, in the order in which it was done. */
function doneSteps(incident: Incident): { helped: Step[]; didNotHelp: Step[] } {
  const seen = new Set<string>();
  const steps = incident.runs
    .flatMap((run) => run.steps)
    .filter(({ state }) => state === 'done' || state === 'did_not_help')
    .toSorted((a, b) => ((a.at ?? '') < (b.at ?? '') ? -1 : 1))
    .filter(({ plainText, commands }) => {
      const key = `${plainText}\n${commands.map(({ copyText }) => copyText).join('\n')}`;
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    })
    .slice(0, mostSteps);
  return {
    helped: steps.filter(({ state }) => state === 'done'),
    didNotHelp: steps.filter(({ state }) => state === 'did_not_help'),
  };
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** For any alarm like these; a title that is nothing but a label's value (`checkout`) says less than the alarm's name. */
function titleOf(written: string, labels: Labels, alerts: readonly string[]): string {
  const general = withPlaceholders(written, labels);
  const hasOwnWords = /[\p{L}\p{N}]/u.test(general.replaceAll(/<\w+>/g, ''));
  const title = hasOwnWords ? general.replaceAll(/<(\w+)>/g, 'a $1') : (alerts[0] ?? written);
  return title.slice(0, 200);
}

export function runbookFromIncident(
  incident: Incident,
  options: {
    readonly labels: Labels;
    readonly alerts: readonly string[];
    readonly day: string;
  },
): { title: string; text: string } {
  const { labels, alerts, day } = options;
  const title = titleOf(oneLine(incident.summary.title), labels, alerts);
  const { helped, didNotHelp } = doneSteps(incident);
  const impact = incident.summary.impact.trim();
  const mitigation = incident.mitigation.trim();
  const sections = Phase.options.map((phase) => {
    const steps = helped.filter((step) => step.phase === phase);
    const body =
      steps.length === 0
        ? '<!-- Nothing of this was ticked in the incident. -->'
        : steps.map((step, index) => stepText(step, index + 1, labels)).join('\n\n');
    const told =
      phase === 'stop_it' && mitigation !== ''
        ? `What stopped it: ${withPlaceholders(mitigation, labels)}\n\n`
        : '';
    return `## ${phaseHeadings[phase]}\n\n${told}${body}`;
  });
  const without =
    didNotHelp.length === 0
      ? []
      : [
          `## What did not help\n\n${didNotHelp.map((step) => `- ${oneLine(withPlaceholders(step.plainText, labels))}`).join('\n')}`,
        ];
  const meta = stringify({ title, alerts: [...alerts], reviewed: day }, { lineWidth: 0 }).trimEnd();
  const opening =
    impact === ''
      ? '<!-- What this means, and what customers notice. -->'
      : withPlaceholders(impact, labels);
  const text = [
    `---\n${meta}\n---`,
    `# ${escapeText(title)}`,
    opening,
    ...sections,
    ...without,
  ].join('\n\n');
  return { title, text: `${text.toWellFormed().replaceAll('\u0000', '\ufffd')}\n` };
}
