/**
 * Links whose address stands somewhere else in the document, with their address beside them: a step, or a part of a large
 * document, is read without the rest of it.
 */
import { linkTarget, outsideCode } from './outside-code.ts';

const definition =
  /^ {0,3}\[([^\]\n^][^\]\n]{0,200})\]:[ \t]*<?([^\s<>]+)>?(?:[ \t]+(?:"[^"\n]*"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*$/gm;
const use = /(!?)\[([^[\]\n]{1,500})\](?:\[([^[\]\n]{0,200})\]|(?![[(:]))/g;

const keyOf = (label: string): string => label.trim().replace(/\s+/g, ' ').toLowerCase();

export function fromReferences(markdown: string): string {
  if (!markdown.includes(']:')) return markdown;
  return outsideCode(markdown, (prose) => {
    const targets = new Map<string, string>();
    for (const [, label = '', target = ''] of prose.matchAll(definition)) {
      const key = keyOf(label);
      if (!targets.has(key)) targets.set(key, target);
    }
    if (targets.size === 0) return prose;
    return prose
      .split('\n')
      .map((line) => {
        if (!line.includes('[') || /^ {0,3}\[[^\]]+\]:/.test(line)) return line;
        const task = /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[[xX]\](?=[ \t])/.exec(line)?.[0] ?? '';
        return (
          task +
          line
            .slice(task.length)
            .replace(use, (whole, image: string, text: string, label: string | undefined) => {
              const target = targets.get(keyOf(label === undefined || label === '' ? text : label));
              return target === undefined ? whole : `${image}[${text}](${linkTarget(target)})`;
            })
        );
      })
      .join('\n');
  });
}
