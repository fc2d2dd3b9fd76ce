/** Where a section belongs in the reading order of the night: is it real, how bad, stop it, tell, investigate. */
import { Phase } from '../../preload/contract/runbooks.ts';

/** The first that fits decides: `Diagnosis steps` investigates although it has steps. */
const words: readonly (readonly [RegExp, Phase])[] = [
  [
    /\b(post[- ]?(?:mortem|incident)|root cause|afterwards|prevent\w*|follow[- ]?up|background)\b/i,
    'investigate',
  ],
  [
    /^\s*after\b|\b(references?|cheat ?sheets?|appendix|see also|further reading|useful (commands|links))\b/i,
    'investigate',
  ],
  [
    /\b(diagnos\w*|investigat\w*|debug\w*|troubleshoot\w*|possible (checks|causes)|analysis)\b/i,
    'investigate',
  ],
  [
    /\b(mitigat\w*|resol\w+|fix(es|ing)?|stop (it|the)|remed\w+|recover\w*|restor\w+|roll ?back|workarounds?|solutions?)\b/i,
    'stop_it',
  ],
  [
    /\b(communicat\w*|tell|escalat\w*|contacts?|notify|inform|who to (call|ask)|stakeholders?)\b/i,
    'tell',
  ],
  [/\b(impact|how bad|severity|scope|blast radius|affected|consequences?)\b/i, 'how_bad'],
  [
    /\b(meaning|is it real|assess\w*|triage|symptoms?|verify|verification|confirm\w*|validat\w*|what (it|this) means|overview|summary|description|quick checks?|first checks?)\b/i,
    'real',
  ],
  [/\b(causes?|checks?|find out|understand|why)\b/i, 'investigate'],
  [/\b(actions?|what to do|procedure|steps)\b/i, 'stop_it'],
];

/** The phase a heading names, or null when it names none. */
export function phaseOfHeading(heading: string): Phase | null {
  return words.find(([pattern]) => pattern.test(heading))?.[1] ?? null;
}

/** How to stop it, and not what else is called a fix. */
const remedy =
  /^\s*(\d+[.)]\s*)?(how to |possible |try |steps? to )?(mitigat|resol|fix|remed|recover|restor|roll ?-?back|workaround|solution|stop)/i;
const afterCare =
  /\b(post[- ]?(?:mortem|incident)|root cause|afterwards|prevent\w*|follow[- ]?up)\b/i;

/**
 * Where a section belongs that stands within another: `Check the role` within the mitigation still mitigates, and
 * `Verify the binding` within the diagnosis still looks for the cause.
 */
export function phaseWithin(outer: Phase | null, own: Phase | null, heading: string): Phase | null {
  if (outer === null || own === null || outer === 'real' || outer === 'how_bad') return own;
  if (own === 'tell') return own;
  if (own === 'stop_it' && outer === 'investigate') return remedy.test(heading) ? own : outer;
  return own === 'investigate' && afterCare.test(heading) ? own : outer;
}

const order = new Map(Phase.options.map((phase, index) => [phase, index]));

/** Stable: the document's own order within a phase. */
export function inNightOrder<Item extends { readonly phase: Phase }>(
  items: readonly Item[],
): Item[] {
  return items.toSorted((a, b) => (order.get(a.phase) ?? 0) - (order.get(b.phase) ?? 0));
}
