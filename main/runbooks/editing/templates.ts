/**
 * What a good runbook consists of, to begin with: is it real, how bad, make it stop, tell, investigate. Pure.
 *
 * What is to be replaced stands in the words of a person in a hurry, and vanishes from the page if nobody replaces it.
 */
import type { Phase } from '../../../preload/contract/runbooks.ts';

export type Template = 'alarm' | 'task' | 'empty';

/** Headings that the parser knows as the phases of the night. */
export const phaseHeadings: Readonly<Record<Phase, string>> = {
  real: 'Is it real?',
  how_bad: 'How bad is it?',
  stop_it: 'Make it stop',
  tell: 'Tell people',
  investigate: 'Investigate',
};

const alarm = (day: string): string => `---
title: What is wrong, in a few words
alerts: []
reviewed: ${day}
---

# What is wrong, in a few words

<!-- One or two sentences: what this alarm means, and what customers notice. -->

## Is it real?

1. Look at what the customer sees.

   \`\`\`sh
   curl -sS -o /dev/null -w '%{http_code}\\n' https://<host>/
   \`\`\`

   Expected: 200. Then it is over already; watch it for ten minutes.

## How bad is it?

1. Find out who is affected, and since when.

## Make it stop

<!-- The safest step first. What can be undone before what cannot. -->

1. Roll the last change back.

   \`\`\`sh
   kubectl -n <namespace> rollout undo deploy/<deployment>
   \`\`\`

   Expected: errors go down within two minutes.

## Tell people

1. Say on the status page what is affected, and when you will write again.

## Investigate

1. What changed shortly before it began?
`;

const task = (day: string): string => `---
title: What is done, in a few words
reviewed: ${day}
---

# What is done, in a few words

<!-- When it is done, how long it takes, and what breaks if it is not. -->

## Before you begin

1. Make sure that nobody else works on it.

## Steps

1. Do the first thing.

   \`\`\`sh
   echo <what>
   \`\`\`

   Expected: what you see when it worked.

## If it goes wrong

1. Take the last step back.
`;

export function templateText(template: Template, day: string): string {
  if (template === 'alarm') return alarm(day);
  return template === 'task' ? task(day) : '# ';
}
