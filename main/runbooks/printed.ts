/** What programs print, told from what people type: by the words before it, and by the look of its lines. Pure. */
import { firstLineOf, isProgram } from './programs.ts';

const answer =
  /\b(?:outputs?|you(?:['’]ll|\s+(?:will|should|would|might|may|can))?(?:\s+now)?\s+(?:see|get|find|receive)|looks?\s+(?:something\s+)?like|similar\s+to|(?:it|this|which|that|command|query)\s+(?:prints?|shows?|displays?|returns?|responds?)|log\s+(?:lines?|entries|messages?)|(?:error|info|warning)\s+(?:messages?|logs?)|errors?\s+like)\b[^.!?]*[:.]?\s*$/i;
/** What somebody does with a command, so that the command follows. */
const deed =
  /\b(?:run(?:ning|s)?|us(?:e|ing)|execut\w*|by|via|typ(?:e|ing)|invoke|call|issue|enter)\b/i;

const lastSentence = (text: string): string =>
  text
    .trim()
    .split(/[.!?]\s+(?=[\p{Lu}`*_])|\n\s*\n/u)
    .at(-1) ?? '';

/** The words before a fence say that it shows what is printed: `You will see something like this:`. */
export function announcesOutput(before: string): boolean {
  const sentence = lastSentence(before.slice(-400));
  return answer.test(sentence) && !deed.test(sentence);
}

const isTyped = (line: string): boolean => isProgram(line) || /^\s*(?:[$#>%]|PS\b)/.test(line);

/** Printed, although its fence claims to be of a shell. */
export const isOutput = (before: string, text: string): boolean =>
  before !== '' && !isTyped(firstLineOf(text)) && announcesOutput(before);

const head = /^\s*[A-Z][A-Z0-9_:%()/.+-]*(?:\s+[A-Z%][A-Z0-9_:%()/.+-]*)+\s*$/;
const statement =
  /^\s*(?:SELECT|SHOW|VACUUM|CREATE|DROP|ALTER|BEGIN|COMMIT|ROLLBACK|DELETE|UPDATE|INSERT|SET|GRANT|REVOKE|KILL|PURGE|FLUSH|START|STOP|RESET|RELOAD|PAUSE|RESUME|EXPLAIN|ANALYZE|REINDEX|TRUNCATE|CONFIG|INFO|CLUSTER|EOF)\b/;

/** `NAME   READY   AGE`: the names of columns, over at least one line of them. */
export const isTableHead = (line: string, next: string | undefined): boolean =>
  head.test(line) &&
  !statement.test(line) &&
  (/\S {2,}\S|\t/.test(line.trim()) || line.trim().split(/\s+/).length > 2) &&
  next !== undefined &&
  /\S\s+\S/.test(next) &&
  !isProgram(next);
