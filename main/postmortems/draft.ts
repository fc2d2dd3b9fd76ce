/**
 * The first text of a postmortem, written from what really happened. Pure.
 *
 * It states what the timeline and the times prove and asks about the rest; it never fills a gap with a guess. Parts that
 * are Markdown hold alarm texts escaped; the title and the whys are plain text.
 */
import type { IncidentTimes } from '../../preload/contract/incidents.ts';
import type { PostmortemText, Span, Why } from '../../preload/contract/postmortems.ts';
import { readStep } from '../incidents/entries.ts';
import type { IncidentStory } from '../incidents/incident-service.ts';
import { countWords, durationWords, oneLine } from '../incidents/words.ts';
import { factsOf, type Facts } from './facts.ts';
import { escapeText, utcWords } from './markdown.ts';
import { isDetectedFirst, spansOf } from './spans.ts';

const minuteMs = 60_000;
/** Most pagers call the next person after this long. */
const acknowledgeGoalMs = 5 * minuteMs;
const detectGoalMs = 5 * minuteMs;
const mitigateGoalMs = 30 * minuteMs;
const mostListed = 10;

const list = (lines: readonly string[]): string => lines.map((line) => `- ${line}`).join('\n');
const paragraphs = (...parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join('\n\n');

/** The text of an entry inside a sentence of ours, which ends it. */
const quoted = (text: string, length: number): string =>
  escapeText(text.replace(/[.\s]+$/, ''), length);

function listed(lines: readonly string[]): string {
  const more = lines.length - mostListed;
  return list([...lines.slice(0, mostListed), ...(more > 0 ? [`and ${more} more`] : [])]);
}

const spanOf = (spans: readonly Span[], name: Span['name']): number | null =>
  spans.find((span) => span.name === name)?.durationMs ?? null;

function summary(story: IncidentStory, facts: Facts, spans: readonly Span[]): string {
  const { times } = story.summary;
  const acknowledged = spanOf(spans, 'to_acknowledge');
  const mitigated = spanOf(spans, 'to_mitigate');
  const noticed =
    facts.firstAlarm === null
      ? times.detectedAt === null
        ? ''
        : `A person noticed it at ${utcWords(times.detectedAt)}; no alarm is on the timeline.`
      : `It was noticed${times.detectedAt === null ? '' : ` at ${utcWords(times.detectedAt)}`} by an alarm of ${escapeText(facts.firstAlarm.origin, 100)}: ${quoted(facts.firstAlarm.text, 500)}.`;
  return [
    times.impactBeganAt === null
      ? 'When the impact began is not known yet.'
      : `The impact began at ${utcWords(times.impactBeganAt)}.`,
    noticed,
    times.acknowledgedAt === null || acknowledged === null
      ? 'Nobody acknowledged it here.'
      : `It was acknowledged ${durationWords(acknowledged)} after it was detected.`,
    times.mitigatedAt === null || mitigated === null
      ? 'It is not mitigated yet.'
      : `It was mitigated at ${utcWords(times.mitigatedAt)}, ${durationWords(mitigated)} after ${times.impactBeganAt === null ? 'it was detected' : 'the impact began'}.`,
    times.resolvedAt === null
      ? 'The incident is still open.'
      : `The incident was resolved at ${utcWords(times.resolvedAt)}.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function impact(story: IncidentStory, spans: readonly Span[]): string {
  const typed = story.summary.impact.trim();
  const measured = spans.flatMap(({ label, from, to, durationMs }) =>
    durationMs === null || from === null || to === null
      ? []
      : [`${label}: ${durationWords(durationMs)} (${utcWords(from)} to ${utcWords(to)})`],
  );
  return paragraphs(typed === '' ? 'Who could not do what? How many?' : typed, listed(measured));
}

function mitigation(story: IncidentStory, facts: Facts): string {
  const typed = story.mitigation.trim();
  const steps = facts.stepsBefore.map(
    ({ at, text }) => `${utcWords(at)}: ${escapeText(text, 500)}`,
  );
  return paragraphs(
    typed === '' ? 'What stopped the impact? Nobody wrote it down during the incident.' : typed,
    steps.length === 0 ? '' : `Runbook steps done before it was mitigated:\n\n${listed(steps)}`,
  );
}

/** Questions that the evidence asks. The problem is the root; each of them wants an answer below it. */
function whys(story: IncidentStory, facts: Facts, spans: readonly Span[]): Why[] {
  const { title, impact: typed } = story.summary;
  const questions: { text: string; evidence: readonly number[] }[] = [];
  if (facts.firstAlarm !== null) {
    questions.push({
      text: `What made this happen: ${oneLine(facts.firstAlarm.text, 300).replace(/[.?!]+$/, '')}?`,
      evidence: [facts.firstAlarm.id],
    });
  }
  if (facts.mitigated !== null) {
    const typedMitigation = oneLine(story.mitigation, 300);
    questions.push({
      text:
        typedMitigation === ''
          ? 'What ended it?'
          : `Why did this end it, and what does that say about the cause: ${typedMitigation}?`,
      evidence: [...facts.stepsBefore.map(({ id }) => id).slice(-5), facts.mitigated.id],
    });
  }
  const detect = spanOf(spans, 'to_detect');
  const isBlind = facts.blind.length > 0;
  questions.push({
    text:
      detect !== null && detect > detectGoalMs
        ? `Why did it take ${durationWords(detect)} until it was detected?`
        : isBlind
          ? 'Why could we not see for a part of it?'
          : 'What would have shown it earlier, before anyone was affected?',
    evidence: isBlind
      ? facts.blind.map(({ entryId }) => entryId).slice(0, 5)
      : facts.firstAlarm === null
        ? []
        : [facts.firstAlarm.id],
  });
  return [
    {
      id: 'problem',
      parentId: null,
      text: typed.trim() === '' ? oneLine(title, 500) : oneLine(typed, 500),
      evidence: [],
    },
    ...questions.map(({ text, evidence }, index) => ({
      id: `why-${index + 1}`,
      parentId: 'problem',
      text,
      evidence: [...evidence],
    })),
  ];
}

function wentWell(times: Readonly<IncidentTimes>, facts: Facts, spans: readonly Span[]): string[] {
  const detect = spanOf(spans, 'to_detect');
  const acknowledge = spanOf(spans, 'to_acknowledge');
  const mitigate = spanOf(spans, 'to_mitigate');
  return [
    ...(isDetectedFirst(times)
      ? ['Detected before the impact began.']
      : detect !== null && detect <= detectGoalMs
        ? [`Detected ${durationWords(detect)} after the impact began.`]
        : []),
    ...(acknowledge !== null && acknowledge <= acknowledgeGoalMs
      ? [`Acknowledged ${durationWords(acknowledge)} after it was detected.`]
      : []),
    ...(mitigate !== null && mitigate <= mitigateGoalMs && !facts.isMitigatedByResolving
      ? [
          `Mitigated ${durationWords(mitigate)} after ${times.impactBeganAt === null ? 'it was detected' : 'the impact began'}.`,
        ]
      : []),
    ...(facts.stepsDone.length > 0
      ? [
          `A runbook was at hand: ${countWords(facts.stepsDone.length, 'step was', 'steps were')} done.`,
        ]
      : []),
  ];
}

function wentBadly(times: Readonly<IncidentTimes>, facts: Facts, spans: readonly Span[]): string[] {
  const detect = spanOf(spans, 'to_detect');
  const acknowledge = spanOf(spans, 'to_acknowledge');
  const mitigate = spanOf(spans, 'to_mitigate');
  return [
    ...(detect !== null && detect > detectGoalMs
      ? [`Detected ${durationWords(detect)} after the impact began.`]
      : []),
    ...(acknowledge !== null && acknowledge > acknowledgeGoalMs
      ? [`Acknowledged ${durationWords(acknowledge)} after it was detected.`]
      : []),
    ...(times.acknowledgedAt === null ? ['Nobody acknowledged it here.'] : []),
    ...(mitigate !== null && mitigate > mitigateGoalMs
      ? [`The impact lasted ${durationWords(mitigate)}.`]
      : []),
    ...(facts.isMitigatedByResolving
      ? [
          'Nobody marked when it was mitigated, so the impact may have been shorter than it says here.',
        ]
      : []),
    ...facts.undelivered.map(({ text }) => `${quoted(text, 400)}.`),
    ...facts.repeated.map(({ text }) => `${quoted(text, 400)}.`),
    ...facts.blind.map(({ origin, durationMs }) => {
      const name =
        origin === 'Nightdesk' ? 'Nobody looked' : `${escapeText(origin, 100)} was blind`;
      return durationMs === null
        ? `${name} during it.`
        : `${name} for ${durationWords(durationMs)} during it.`;
    }),
    ...facts.stepsWithoutHelp.map(({ text }) => {
      const step = readStep(text);
      return `Runbook step ${step?.number ?? ''} did not help: ${quoted(step?.text ?? text, 400)}.`;
    }),
  ];
}

export function draft(story: IncidentStory): PostmortemText {
  const { times } = story.summary;
  const facts = factsOf(story.entries, times.mitigatedAt);
  const spans = spansOf(times);
  const isUnexplained =
    times.mitigatedAt !== null && story.mitigation.trim() === '' && facts.stepsDone.length === 0;
  const joined = facts.joined.map(({ at, text }) => `${utcWords(at)}: ${escapeText(text, 400)}`);
  return {
    title: oneLine(story.summary.title, 400),
    summary: summary(story, facts, spans),
    impact: impact(story, spans),
    mitigation: mitigation(story, facts),
    whys: whys(story, facts, spans),
    contributingFactors:
      joined.length === 0 ? '' : `Alarms that joined, not yet judged:\n\n${listed(joined)}`,
    wentWell: listed(wentWell(times, facts, spans)),
    wentBadly: listed(wentBadly(times, facts, spans)),
    gotLucky: isUnexplained ? list(['It ended, and nothing here says what ended it.']) : '',
  };
}
