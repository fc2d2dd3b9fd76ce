/** Which notices stand in the window at once. Pure. */
import type { DeskNotice } from '../../preload/contract/desk.ts';

const weight: Readonly<Record<DeskNotice['kind'], number>> = {
  restored: 0,
  gap: 1,
  problem: 2,
  migrated: 3,
  hint: 4,
};

/** What weighs most first; of the same weight as they came. */
export const byWeight = (notices: readonly DeskNotice[]): DeskNotice[] =>
  notices.toSorted((one, other) => weight[one.kind] - weight[other.kind]);
