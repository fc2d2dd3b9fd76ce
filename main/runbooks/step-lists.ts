/**
 * Which items of a list a person would tick off. Lists of causes, examples and symptoms are for reading; a bullet that says
 * what to do is a step, whatever its heading is called. Pure.
 */
import { oneLine, plainText, type Block, type Inline, type ListItem } from './blocks.ts';
import { isCommandInText } from './programs.ts';

const verbs =
  'access|acknowledge|activate|add|adjust|apply|approve|archive|ask|assess|attempt|back up|backup|block|bootstrap|bring|call|cancel|change|check|choose|clean|clear|click|clone|close|collect|compare|confirm|configure|connect|consider|contact|copy|cordon|create|decrease|delete|deploy|describe|detach|determine|diff|disable|disconnect|double[- ]check|download|drain|drop|edit|enable|ensure|enter|escalate|establish|evict|examine|exclude|exec|execute|exit|expand|export|fail|fetch|file|filter|find|fix|flush|follow|force|forward|free|gather|get|give|go|grab|grep|identify|import|include|increase|inform|inspect|install|investigate|invoke|isolate|join|kill|launch|let|list|locate|log|login|look|lower|make|mark|measure|merge|migrate|monitor|mount|move|navigate|notify|open|page|paste|patch|pause|perform|ping|post|prepare|press|promote|provision|pull|purge|push|put|query|raise|reach|reattach|reboot|rebuild|recheck|reconfigure|record|recover|recreate|recycle|redeploy|redirect|reduce|refer|refresh|register|reindex|reload|remove|rename|renew|repair|repeat|replace|report|request|rerun|reschedule|reset|resize|resolve|restart|restore|resume|resync|retrieve|retry|revert|review|roll|rotate|run|save|scale|schedule|search|select|send|set|shut|silence|skip|snapshot|spin|ssh|start|stop|submit|switch|sync|tail|take|talk|tell|terminate|test|throttle|trigger|try|tune|turn|unblock|uncordon|uninstall|unmount|update|upgrade|upload|use|validate|verify|view|visit|wait|wipe|work';
const lead =
  '(?:(?:or|and|then|next|first(?:ly)?|second(?:ly)?|finally|lastly|also|now|please|otherwise|optionally|if (?:necessary|needed|possible)|you (?:can|should|must|need to|may want to|might want to|will need to)|try to|attempt to|remember to|be sure to)[,:]?\\s+){0,6}';
const condition =
  '(?:(?:if|when|once|after|before|in case|for|from|on|in|at|to)\\b[^.,:;]{1,160}[,:]\\s+)?';
const acting = new RegExp(
  `^[\\s"'“(]*${condition}${lead}(?:re-)?(?:${verbs})\\b(?![:'’-]| (?:is|are|was|were|has|have)\\b)`,
  'i',
);

/** It begins by saying what to do, perhaps after a condition. */
export const isDeed = (sentence: string): boolean => acting.test(sentence);

const sentencesOf = (text: string): string[] => text.split(/(?<=[.!?:])\s+|\s+[–—-]\s+/);

/** A sentence of it says what to do, or asks what to look at; or it is a command. */
export function isToDo(item: ListItem): boolean {
  const first = item.children.find((child) => child.type !== 'list') ?? item.children[0];
  if (first?.type !== 'paragraph') return false;
  const [only, ...others] = first.children;
  if (only?.type === 'inlineCode' && others.length === 0) return isCommandInText(only.value);
  const text = oneLine(plainText(first));
  return text.endsWith('?') || sentencesOf(text).some(isDeed);
}

const deedLabel =
  /^(?:actions?|to ?do|fix|mitigation|remed(?:y|iation)|resolution|solution|workaround|what to do|next steps?)\s*:/i;

/** `Action: Check the job`, among what else is told of an alarm. */
export const isLabelledDeed = ({ children }: ListItem): boolean =>
  children[0]?.type === 'paragraph' && deedLabel.test(plainText(children[0]));

const facts =
  /\b(?:causes?|reasons?|scenarios?|symptoms?|assum\w+|examples?|consequences?|factors?|consists? of|means?|triggered|supports?|labels?|fields?|prerequisites?|requirements?|resources?|references?|links)\b[^.!?]*:\s*$/i;
/** `Response times are:`; but `The steps are:`. */
const enumerates = /\b(?:is|are|was|were|includes?)(?:\s+as follows)?\s*:\s*$/i;
const todo =
  /\b(?:steps?|actions?|options?|ways?|tasks?|things? to|fix(?:es)?|remed\w+|workarounds?|solutions?|checks?)\b/i;

/** The words before a list say that it is for reading: `There are two possible causes:`. */
export function announcesFacts(before: Block | null): boolean {
  if (before?.type !== 'paragraph') return false;
  const text = plainText(before).trimEnd();
  if (!text.endsWith(':')) return false;
  const sentence = sentencesOf(oneLine(text.slice(-400))).at(-1) ?? '';
  const isTelling = facts.test(sentence) || (enumerates.test(sentence) && !todo.test(sentence));
  return isTelling && !isDeed(sentence);
}

const telling =
  /^(?:\d+[.)]\s*)?(?:alert )?(?:meaning|description|overview|summary|background|symptoms?|impact|about|intro(?:duction)?|context|details|severit(?:y|ies)|definitions?|glossary|prerequisites?|requirements?)\b/i;

/** What stands under it tells, as a rule, and asks nobody to do anything. */
export const isTellingHeading = (heading: string): boolean => telling.test(heading);

const numbered = /^\s*\d+\s*[.):]\s*(.+)$/;

/** `## 2. Check the logs`: one of a series, which keeps its order. */
export function isNumberedDeed(heading: string): boolean {
  const text = numbered.exec(heading)?.[1];
  return text !== undefined && isDeed(text);
}

const warning = /\b(?:do not|don['’]t|never|avoid|not to|instead of|rather than|without)\b[^.;]*$/i;
const mostInText = 3;

/** Commands in the sentences of a paragraph, but none that it warns of. */
export function commandsInText(children: readonly Inline[]): string[] {
  const commands: string[] = [];
  if (!children.some(({ type }) => type === 'inlineCode')) return commands;
  let before = '';
  for (const child of children) {
    if (child.type === 'inlineCode') {
      const code = child.value.trim().replace(/^\$\s+/, '');
      const isWarned = warning.test(before.slice(-200));
      if (!isWarned && isCommandInText(code)) commands.push(code);
      before += ' x ';
    } else before += plainText(child);
  }
  return [...new Set(commands)].slice(0, mostInText);
}
