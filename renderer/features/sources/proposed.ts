/** What a new source's form begins with, when it was found in a file instead of typed. */
import type { Proposal } from '../../../preload/contract/sources.ts';

let proposed: Proposal | null = null;

export function propose(proposal: Proposal | null): void {
  proposed = proposal;
}

export const proposalFor = (kind: string): Proposal | null =>
  proposed?.kind === kind ? proposed : null;
