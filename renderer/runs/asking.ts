/** What a command in a terminal seems to wait for, by the last thing that it printed. Pure. */

/** Nothing: it works, or waits without saying for what. */
export type Asking = 'nothing' | 'something' | 'secret';

const longestQuestion = 400;
const secretWords =
  /pass ?(word|phrase|code)|passwd|\bpin\b|secret|token|\botp\b|verification code/i;

export function askingOf(printed: string): Asking {
  const line = printed.slice(printed.lastIndexOf('\n') + 1).slice(-longestQuestion);
  if (!/[:?>\])]\s*$/.test(line)) return 'nothing';
  return secretWords.test(line) ? 'secret' : 'something';
}
