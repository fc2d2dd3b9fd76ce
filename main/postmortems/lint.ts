/**
 * What a reader of a postmortem would trip over. Pure.
 *
 * A postmortem looks for what made it possible, not for who did it: words of blame close the conversation that finds it.
 */
import type { IncidentTimes } from '../../preload/contract/incidents.ts';
import type { Action, LintFinding, PostmortemText } from '../../preload/contract/postmortems.ts';
import { oneLine } from '../incidents/words.ts';
import { openWhys, treeProblems } from './whys.ts';

type Finding = (typeof LintFinding)['_output'];

/** Patterns without nesting: a text of 100,000 characters is read once per pattern. */
const blameWords: readonly { words: RegExp; hint: string }[] = [
  {
    words: /\bhuman error\b|\boperator error\b|\buser error\b/i,
    hint: 'It is where the search begins: what made this the likely thing to do?',
  },
  {
    words: /\bshould(?:n't| not)? have\b|\bought to have\b|\bcould have easily\b/i,
    hint: 'It judges with what is known now. What was known then, and what made it look right?',
  },
  {
    words: /\bfault of\b|\b\w+'s fault\b|\b(?:is|are|was|were) to blame\b|\bblam(?:e|ed|ing)\b/i,
    hint: 'Name the condition that made it possible instead of a person or team.',
  },
  {
    words:
      /\bcareless\w*|\bnegligen\w*|\bincompeten\w*|\bsloppy\b|\blazy\b|\bstupid\w*|\bidiot\w*/i,
    hint: 'Describe what was done and what it met, not the person.',
  },
  {
    words: /\bforgot(?:ten)? to\b|\bfailed to\b|\bneglected to\b|\bdid(?:n't| not) bother\b/i,
    hint: 'What would have reminded, or made the step unnecessary?',
  },
  {
    words: /\bobvious(?:ly)?\b|\bcommon sense\b|\bsimply had to\b|\bjust had to\b/i,
    hint: 'It was not obvious that night. What hid it?',
  },
];

const places = [
  ['title', 'Title'],
  ['summary', 'Summary'],
  ['impact', 'Impact'],
  ['mitigation', 'Mitigation'],
  ['contributingFactors', 'Contributing factors'],
  ['wentWell', 'What went well'],
  ['wentBadly', 'What went badly'],
  ['gotLucky', 'Where we got lucky'],
] as const;

function aboutBlame(where: string, text: string): Finding[] {
  return blameWords.flatMap(({ words, hint }) => {
    const found = words.exec(text)?.[0];
    return found === undefined ? [] : [{ where, message: `“${oneLine(found, 60)}”: ${hint}` }];
  });
}

function aboutTimes(times: Readonly<IncidentTimes>): Finding[] {
  const missing: [keyof IncidentTimes, string][] = [
    ['impactBeganAt', 'When did the impact begin? Without it nobody can say how long it lasted.'],
    ['detectedAt', 'When was it detected?'],
    ['acknowledgedAt', 'Nobody acknowledged it here. If someone took it elsewhere, say so.'],
    ['mitigatedAt', 'When did the impact stop? Mark the incident as mitigated.'],
    ['resolvedAt', 'The incident is still open: its durations are not final.'],
  ];
  return missing.flatMap(([name, message]) =>
    times[name] === null ? [{ where: 'Times', message }] : [],
  );
}

function aboutWhys(text: PostmortemText): Finding[] {
  const where = 'Whys';
  const shape = treeProblems(text.whys).map((message) => ({ where, message }));
  if (text.whys.length === 0) {
    return [{ where, message: 'There is no why yet. Begin with the problem, then ask why.' }];
  }
  const { empty, questions } = openWhys(text.whys);
  const findings = [...shape];
  if (empty.length > 0) {
    findings.push({
      where,
      message:
        empty.length === 1
          ? 'One why is empty: write it, or remove it.'
          : `${empty.length} whys are empty: write them, or remove them.`,
    });
  }
  if (questions.length > 0) {
    findings.push({
      where,
      message:
        questions.length === 1
          ? 'One question has no answer yet: answer it below, or remove it.'
          : `${questions.length} questions have no answer yet: answer them below, or remove them.`,
    });
  }
  return findings;
}

function aboutActions(actions: readonly Action[]): Finding[] {
  if (actions.length === 0) {
    return [{ where: 'Actions', message: 'What would have made this shorter, or impossible?' }];
  }
  return actions
    .filter((action) => action.doneAt === null)
    .flatMap((action) => {
      const lacks = [
        ...(action.owner.trim() === '' ? ['an owner'] : []),
        ...(action.dueOn === null ? ['a due date'] : []),
      ];
      return lacks.length === 0
        ? []
        : [
            {
              where: 'Actions',
              message: `“${oneLine(action.title, 80)}” needs ${lacks.join(' and ')}.`,
            },
          ];
    });
}

export function lint(input: {
  text: PostmortemText;
  times: Readonly<IncidentTimes>;
  actions: readonly Action[];
}): Finding[] {
  const { text, times, actions } = input;
  const empty = (['summary', 'impact', 'mitigation'] as const).filter(
    (name) => text[name].trim() === '',
  );
  return [
    ...aboutTimes(times),
    ...empty.map((name) => ({
      where: places.find(([key]) => key === name)?.[1] ?? name,
      message: 'It is empty. One sentence is enough.',
    })),
    ...places.flatMap(([name, where]) => aboutBlame(where, text[name])),
    ...text.whys.flatMap((why) => aboutBlame('Whys', why.text)),
    ...aboutWhys(text),
    ...aboutActions(actions),
  ];
}
