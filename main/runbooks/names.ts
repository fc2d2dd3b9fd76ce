/** How names are compared, split into words, and turned into anchors. */

/** Letters and digits only, lower case: `KubePodNotReady`, `kube-pod-not-ready` and `Kube pod not ready` are one name. */
export function foldName(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');
}

/** Words of a name: camel case, snake case, dashes and spaces apart; lower case, each once. */
export function nameWords(text: string): string[] {
  const words = text
    .normalize('NFKC')
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return [...new Set(words)];
}

/** Looks like what alarm systems call an alarm: several humps or several underscores in one word. */
export function isAlarmLike(word: string): boolean {
  return (
    /^[\p{L}\p{N}_.:-]{6,}$/u.test(word) &&
    ((word.match(/\p{Lu}+\p{Ll}+|\p{Lu}{2,}/gu) ?? []).length >= 2 ||
      (word.match(/[\p{L}\p{N}]_[\p{L}\p{N}]/gu) ?? []).length >= 2)
  );
}

/** A heading as a name: numbering, `Alert:` and markup around it left out. */
export function headingName(heading: string): string {
  return heading
    .replace(/^\s*\d+(\.\d+)*[.):]?\s+/, '')
    .replace(/^(alert|alarm|runbook)(\s+name)?\s*:\s*/i, '')
    .replace(/\s*\((critical|warning|high|info|page|ticket|s\d)\)\s*$/i, '')
    .trim();
}
