/** A filter that somebody typed, checked by the core, which knows the language. */
import { client } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import { clipText, visibleText } from '../../ui/visible-text.ts';
import type { Parsed } from './parse.ts';

export const shortQuery = (query: string): string => visibleText(clipText(query, 60).text, true);

/** Half a filter would be skipped, so it is not saved. */
export async function parseQuery(text: string): Promise<Parsed<string>> {
  const query = text.trim();
  if (query === '')
    return { problem: 'Write a filter as in triage, for example service=checkout.' };
  if (query.length > 2_000) return { problem: 'Write at most 2000 characters.' };
  try {
    const { problems } = await client.alarms.list({ query });
    const [first] = problems;
    if (first !== undefined) return { problem: `${shortQuery(first.token)}: ${first.message}` };
    return { value: query, problem: null };
  } catch (error) {
    const { message, next } = describeError(error);
    return { problem: `The filter could not be checked. ${message} ${next}` };
  }
}
