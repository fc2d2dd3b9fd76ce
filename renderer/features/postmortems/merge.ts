/** Two texts that grew from one: part by part, who changed what, and what to begin with. Pure. */
import type { PostmortemText, Why } from '../../../preload/contract/postmortems.ts';
import type { Choice } from '../../ui/ConflictPart.tsx';
import { textParts } from './parts.ts';
import { treeOrder } from './why-tree.ts';

export interface MergePart {
  readonly name: keyof PostmortemText;
  readonly label: string;
  /** For people; the whys as an indented list. */
  readonly mine: string;
  readonly theirs: string;
  /** Both changed it since the text they began from. */
  readonly isContested: boolean;
  readonly suggestion: Choice;
  readonly canBeBoth: boolean;
}

const names: readonly { name: keyof PostmortemText; label: string }[] = [
  { name: 'title', label: 'Title' },
  ...textParts.slice(0, 3),
  { name: 'whys', label: 'Whys' },
  ...textParts.slice(3),
];

const whyLines = (whys: readonly Why[]): string =>
  treeOrder(whys)
    .map(({ why, depth }) => `${'    '.repeat(Math.min(depth, 10))}${why.text}`)
    .join('\n');

const words = (text: PostmortemText, name: keyof PostmortemText): string =>
  name === 'whys' ? whyLines(text.whys) : text[name];

const isSame = (a: PostmortemText, b: PostmortemText, name: keyof PostmortemText): boolean =>
  JSON.stringify(a[name]) === JSON.stringify(b[name]);

/** Only what differs. */
export function mergeParts(
  base: PostmortemText,
  mine: PostmortemText,
  theirs: PostmortemText,
): MergePart[] {
  return names
    .filter(({ name }) => !isSame(mine, theirs, name))
    .map(({ name, label }) => {
      const isMine = !isSame(mine, base, name);
      const isTheirs = !isSame(theirs, base, name);
      const canBeBoth = name !== 'title' && name !== 'whys';
      const contested: Choice = canBeBoth ? 'both' : 'mine';
      return {
        name,
        label,
        mine: words(mine, name),
        theirs: words(theirs, name),
        isContested: isMine && isTheirs,
        suggestion: isMine && isTheirs ? contested : isMine ? 'mine' : 'theirs',
        canBeBoth,
      };
    });
}

/** Where both only went on writing, what they began from stands once. */
function join(base: string, a: string, b: string): string {
  if (a.trim() === '' || b.includes(a)) return b;
  if (b.trim() === '' || a.includes(b)) return a;
  if (base.trim() !== '' && a.startsWith(base) && b.startsWith(base)) {
    const rest = b.slice(base.length);
    return /^\s/.test(rest) ? a.trimEnd() + rest : `${a.trimEnd()}\n\n${rest}`;
  }
  return `${a.trimEnd()}\n\n${b}`;
}

export function merge(
  base: PostmortemText,
  mine: PostmortemText,
  theirs: PostmortemText,
  choices: Readonly<Partial<Record<keyof PostmortemText, Choice>>>,
): PostmortemText {
  const text = (name: Exclude<keyof PostmortemText, 'whys'>): string => {
    const choice = choices[name] ?? 'theirs';
    if (choice === 'both') return join(base[name], theirs[name], mine[name]);
    return choice === 'mine' ? mine[name] : theirs[name];
  };
  return {
    title: text('title'),
    summary: text('summary'),
    impact: text('impact'),
    mitigation: text('mitigation'),
    whys: choices.whys === 'mine' ? mine.whys : theirs.whys,
    contributingFactors: text('contributingFactors'),
    wentWell: text('wentWell'),
    wentBadly: text('wentBadly'),
    gotLucky: text('gotLucky'),
  };
}
