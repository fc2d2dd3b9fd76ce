import type { CommandPart } from '../../../preload/contract/runbooks.ts';

/** What a command still lacks, for people; null: nothing. */
export function missingWords(parts: readonly CommandPart[]): string | null {
  const missing = parts.flatMap((part) => (part.kind === 'missing' ? [part] : []));
  const names = [...new Set(missing.map(({ name }) => name))];
  if (names.length === 0) return null;
  const why = missing.find((part) => part.why !== undefined)?.why;
  const what = `${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} missing.`;
  return why === undefined ? what : `${what} There is a value, but ${why}.`;
}
