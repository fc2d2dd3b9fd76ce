/** For upstreams that silence single objects, where a selector of labels means nothing. */
import type { Matcher } from '../../preload/contract/alarms.ts';
import type { SilenceProposal } from './connector.ts';
import { SourceError } from './source-error.ts';

/**
 * The one object that these matchers name. `what` says what the upstream does, for people.
 *
 * @throws SourceError when they name none, or may mean several
 */
export function soleValue(matchers: readonly Matcher[], name: string, what: string): string {
  const [matcher, ...others] = matchers;
  if (
    matcher === undefined ||
    others.length > 0 ||
    matcher.name !== name ||
    matcher.isRegex ||
    !matcher.isEqual ||
    matcher.value === ''
  ) {
    throw new SourceError('source.rejected', `${what}, so it takes exactly ${name}=….`, {
      next: `Choose the label ${name} and nothing else.`,
    });
  }
  return matcher.value;
}

/** The object of an alarm by the labels that name it, as far as it has them. None of them is volatile. */
export const proposeObject = (
  labels: Readonly<Record<string, string>>,
  names: readonly string[],
): SilenceProposal => ({
  matchers: names.flatMap((name) => {
    const value = Object.hasOwn(labels, name) ? (labels[name] ?? '') : '';
    return value === '' ? [] : [{ name, value, isRegex: false, isEqual: true }];
  }),
  volatileLabels: [],
});
