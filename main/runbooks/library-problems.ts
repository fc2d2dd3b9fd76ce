/** What the last look at a folder has to tell: files that it left out, each with the reason, and front matter that is broken. Pure. */

/** A file or sub-folder that is there and is not in the library as it is. */
export interface UnreadFile {
  readonly path: string;
  /** For people, as a sentence. */
  readonly reason: string;
}

export const notText = 'It is not text.';

const mostNamed = 3;
const mostProblems = 5;

const named = (paths: readonly string[]): string =>
  `${paths.slice(0, mostNamed).join(', ')}${paths.length > mostNamed ? ', …' : ''}`;

/** `found`: when the files were looked for. `unread`: when they were read. Null: nothing. */
export function problemText(
  found: readonly string[],
  unread: readonly UnreadFile[],
  withBrokenFrontMatter: readonly string[],
): string | null {
  const noTexts = unread.filter(({ reason }) => reason === notText);
  const failed = unread.length - noTexts.length;
  const all = [
    ...found,
    ...noTexts.map(({ path }) => `${path} is not text`),
    ...(failed === 0 ? [] : [`${failed} could not be read; their last copy is kept`]),
  ].slice(0, mostProblems);
  const count = withBrokenFrontMatter.length;
  if (count > 0) {
    all.unshift(
      count === 1
        ? `the front matter of ${named(withBrokenFrontMatter)} cannot be read, so its title, alarms or review date may be missing`
        : `the front matter of ${count} files cannot be read, so titles, alarms or review dates may be missing (${named(withBrokenFrontMatter)})`,
    );
  }
  const [first = ''] = all;
  return all.length === 0
    ? null
    : `${[count > 0 ? first.replace(/^t/, 'T') : first, ...all.slice(1)].join('; ')}.`;
}
