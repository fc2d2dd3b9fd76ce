/** Being asked to slow down by upstreams that say for how long under names of their own. */
import { parseRetryAfter } from './http-refusals.ts';
import type { HttpAnswer } from './http.ts';
import { SourceError } from './source-error.ts';

/** `names`: headers that may hold the seconds to wait, most telling first. */
export function tooManyRequests(
  answer: HttpAnswer,
  options: { readonly host: string; readonly names: readonly string[]; readonly nowMs: number },
): SourceError {
  const { host, names, nowMs } = options;
  const said = ['retry-after', ...names].map((name) => answer.headers[name]);
  const retryAfterMs = parseRetryAfter(
    said.find((text) => text !== undefined && text !== ''),
    nowMs,
  );
  const wait =
    retryAfterMs === null ? '' : ` and asks to wait ${Math.ceil(retryAfterMs / 1_000)} s`;
  return new SourceError('source.unreachable', `${host} says too many requests (429)${wait}.`, {
    next: 'Nightdesk waits and tries again. A longer interval, or a key that nobody else uses, helps.',
    retryAfterMs,
  });
}
