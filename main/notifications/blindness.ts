/**
 * When it is told that a source cannot be seen. Pure.
 *
 * One lost poll is nothing to say: the desk shows it. After half a minute it is a notice, after two minutes a page:
 * longer than a VPN takes to come back, and short beside an outage that nobody would hear of.
 */
import type { Freshness } from '../../preload/contract/common.ts';

export const blindNoticeAfterMs = 30_000;
export const blindPageAfterMs = 120_000;
/** A source that has been blind this long joins the page about another. */
const joinsPageAfterMs = 60_000;

export interface Blind {
  readonly name: string;
  readonly reason: string;
  /** By a clock that never jumps back. */
  readonly since: number;
  /** How far telling has gone, sent or not. */
  readonly step: 'none' | 'notice' | 'page';
  readonly wasTold: boolean;
}

/** A source that was not asked yet is neither blind nor seen. */
export const isBlindAs = (freshness: Freshness): boolean =>
  freshness !== 'live' && freshness !== 'starting';

/** The sources to tell of now; those to page of go together. */
export function dueBlindness<Id>(
  blinds: ReadonlyMap<Id, Blind>,
  now: number,
): { readonly notice: readonly Id[]; readonly page: readonly Id[] } {
  const ageAtLeast = (ms: number, steps: readonly Blind['step'][]): Id[] =>
    [...blinds].flatMap(([id, blind]) =>
      steps.includes(blind.step) && now - blind.since >= ms ? [id] : [],
    );
  const isPageDue = ageAtLeast(blindPageAfterMs, ['none', 'notice']).length > 0;
  const page = isPageDue ? ageAtLeast(joinsPageAfterMs, ['none', 'notice']) : [];
  const notice = ageAtLeast(blindNoticeAfterMs, ['none']).filter((id) => !page.includes(id));
  return { notice, page };
}

/** When there is next something to tell; null when nothing is blind or all is told. */
export function blindDueAt(blinds: ReadonlyMap<unknown, Blind>): number | null {
  let due: number | null = null;
  for (const { since, step } of blinds.values()) {
    if (step === 'page') continue;
    const at = since + (step === 'none' ? blindNoticeAfterMs : blindPageAfterMs);
    due = due === null ? at : Math.min(due, at);
  }
  return due;
}
